# SPDX-License-Identifier: Apache-2.0
"""The one attack that all contenders make."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras
    import numpy as np
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray

    Images = NDArray[np.float32]

BATCH = 32
EPS = 0.3


@dataclass(frozen=True)
class AttackCase:
    """What is attacked, by eps in the maximum norm and from the true labels.

    Attributes:
        model: The model, which ends in a softmax.
        classifier: The suite's classifier, whose model ends in the logits of the same model.
        images: float32 [n, height, width, channels] in [0, 1].
        labels: Their classes, int64 [n].
    """

    model: "keras.Model"
    classifier: "TensorFlowV2Classifier"
    images: "Images"
    labels: "NDArray[np.int64]"

    @property
    def one_hot(self) -> "NDArray[np.float32]":
        """The labels, one-hot, float32 [n, classes]."""
        import numpy as np

        return np.eye(self.classifier.nb_classes, dtype=np.float32)[self.labels]


def batches(*arrays: Any) -> Iterator[tuple[Any, ...]]:
    """Cut arrays into batches; the last one may be smaller.

    Args:
        *arrays: Arrays of one length.

    Yields:
        A part of each.
    """
    for start in range(0, len(arrays[0]), BATCH):
        yield tuple(array[start : start + BATCH] for array in arrays)


def by_batches(attack: Callable[[Any, Any], Any], images: Any, labels: Any) -> Any:
    """Attack images a batch at a time.

    Args:
        attack: From images and labels to adversarial images, as an array.
        images: The images.
        labels: Their labels.

    Returns:
        The adversarial images as one array.
    """
    import numpy as np

    return np.concatenate([attack(x, y) for x, y in batches(images, labels)])
