# SPDX-License-Identifier: Apache-2.0
"""Which labels an attack starts from."""

from typing import TYPE_CHECKING, Any, Literal

from dioptra.sdk.exceptions import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable

    from art.attacks.evasion import EvasionAttack

LabelMode = Literal["categorical", "int"]
Labels = Literal["true", "predicted"]
LABEL_MODES = ("categorical", "int")
LABELS = ("true", "predicted")


def attack_from_labels(
    method: "EvasionAttack", labels: Labels, label_mode: LabelMode
) -> "Callable[[Any, Any, int], Any]":
    """Make a function that attacks images and their labels.

    Args:
        method: The attack.
        labels: Whether the loss is that of the ``"true"`` labels or of the ``"predicted"`` ones.
        label_mode: Whether the attack gets labels one-hot (``"categorical"``) or as numbers.

    Returns:
        From images, float32 [n, height, width, channels], their labels, int64 [n], and the number
        of classes to adversarial images.

    Raises:
        UnknownNameError: There is no such ``labels`` or ``label_mode``.
    """
    import numpy as np

    if label_mode not in LABEL_MODES:
        raise UnknownNameError("label mode", label_mode, LABEL_MODES)
    if labels not in LABELS:
        raise UnknownNameError("kind of labels", labels, LABELS)

    def attack(images: Any, indices: Any, n_classes: int) -> Any:
        given = None
        if labels == "true":
            one_hot = np.eye(n_classes, dtype=np.float32)[indices]
            given = one_hot if label_mode == "categorical" else indices
        attacked = method.generate(images, given)
        if getattr(attacked, "shape", None) != images.shape:
            raise ParameterError(f"{type(method).__name__} does not give an image for each image")
        return attacked

    return attack
