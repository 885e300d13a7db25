"""The attacks of this project."""

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from dioptra.evasion import Attack, Eps

if TYPE_CHECKING:
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray


class Shift(Attack):
    """Make every image lighter, all pixels by the same amount."""

    name: ClassVar[str] = "shift"

    eps: Eps = 0.1

    def perturb(
        self,
        classifier: "TensorFlowV2Classifier",
        images: "NDArray[np.float32]",
        labels: "NDArray[np.int64]",  # noqa: ARG002 - it aims at nothing
        rng: np.random.Generator,  # noqa: ARG002 - it draws nothing
    ) -> "NDArray[np.float32]":
        """Add ``eps`` to every pixel, as far as the model's input goes."""
        shifted: NDArray[np.float32] = np.clip(
            images + np.float32(self.eps), *classifier.clip_values
        )
        return shifted
