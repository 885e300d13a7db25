# SPDX-License-Identifier: Apache-2.0
"""Which labels an attack starts from."""

from typing import TYPE_CHECKING, Any, Literal

from dioptra.sdk.exceptions import DioptraError, ParameterError, UnknownNameError
from dioptra_builtins.attacks._budgets import keep_budget
from dioptra_builtins.attacks._kinds import LABELS_ARE_TARGETS

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
        of classes to adversarial images, within the budget of the attack.

    Raises:
        ParameterError: The attack would take true labels for targets.
        UnknownNameError: There is no such ``labels`` or ``label_mode``.
    """
    import numpy as np

    if label_mode not in LABEL_MODES:
        raise UnknownNameError("label mode", label_mode, LABEL_MODES)
    if labels not in LABELS:
        raise UnknownNameError("kind of labels", labels, LABELS)
    name = type(method).__name__
    if name in LABELS_ARE_TARGETS and labels == "true":
        raise ParameterError(
            f"{name} leads to targets, and would take the true labels for such; with "
            "labels='predicted' it draws a target for each image"
        )

    def attack(images: Any, indices: Any, n_classes: int) -> Any:
        given = None
        if labels == "true":
            one_hot = np.eye(n_classes, dtype=np.float32)[indices]
            given = one_hot if label_mode == "categorical" else indices
        return generate(method, images, given)

    return attack


def generate(method: "EvasionAttack", images: Any, labels: Any) -> Any:
    """Attack images by a method of ART; what goes wrong inside of it is told by its name.

    Args:
        method: The attack.
        images: float32 [n, height, width, channels].
        labels: One-hot [n, classes] or numbers [n]; None for those that are predicted.

    Returns:
        The adversarial images, within the budget of the attack.

    Raises:
        ParameterError: The attack fails, or does not give an image for each image.
    """
    import tensorflow as tf

    name = type(method).__name__
    try:
        attacked = method.generate(images, labels)
    except (DioptraError, MemoryError, tf.errors.ResourceExhaustedError):
        raise
    except Exception as error:
        # They come from anywhere in ART, of any kind, and their traceback tells users nothing.
        raise ParameterError(
            f"{name} of ART failed with these parameters, images and labels: "
            f"{type(error).__name__}: {error}; give it others, or take another attack"
        ) from error
    if getattr(attacked, "shape", None) != images.shape:
        raise ParameterError(f"{name} does not give an image for each image")
    return keep_budget(method, images, attacked)
