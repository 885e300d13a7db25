# SPDX-License-Identifier: Apache-2.0
"""The budget of an attack: how far it may carry an image, and in which norm."""

from typing import TYPE_CHECKING, Any

from dioptra_builtins.attacks._kinds import NORMS_OF_EPS

if TYPE_CHECKING:
    import numpy as np
    from art.attacks.evasion import EvasionAttack
    from numpy.typing import NDArray


def uses_whole_budget(method: "EvasionAttack") -> bool:
    """Tell whether an attack goes as far as its budget allows.

    Args:
        method: The attack.

    Returns:
        False where it has no budget, or looks for the smallest change that misleads: such a change
        is undone by rounding.
    """
    return hasattr(method, "eps") and not getattr(method, "minimal", False)


def find_norm(method: "EvasionAttack") -> float | None:
    """Give the norm in which an attack keeps to its ``eps``.

    Args:
        method: The attack.

    Returns:
        The order of the norm; None where it has no ``eps``, or one in another distance.
    """
    if not hasattr(method, "eps"):
        return None
    name = type(method).__name__
    return NORMS_OF_EPS[name] if name in NORMS_OF_EPS else float(method.norm)


def keep_budget(
    method: "EvasionAttack", images: "NDArray[np.float32]", attacked: "NDArray[Any]"
) -> "NDArray[Any]":
    """Bring back the images that an attack has carried beyond its own budget.

    Some attacks of ART leave their ball: they clip, restart or average after they have projected.

    Args:
        method: The attack.
        images: The clean images, float32 [n, ...].
        attacked: The attacked ones.

    Returns:
        The attacked images; those beyond the budget are moved straight towards the clean ones.
        They stay inside the clip values, as both ends of the way are.
    """
    import numpy as np

    norm = find_norm(method)
    if norm is None or not len(images):
        return attacked
    change = attacked - images
    lengths = _measure(change, norm)
    # What rounding to 32 bits may have done to every pixel.
    noise = float(np.spacing(np.abs(images).max(initial=1))) * change[0].size ** (1 / norm)
    beyond = lengths > method.eps + noise
    if not beyond.any():
        return attacked
    factors = (method.eps / lengths[beyond]).reshape(-1, *[1] * (images.ndim - 1))
    kept = np.array(attacked)
    if norm == np.inf:
        kept[beyond] = images[beyond] + np.clip(change[beyond], -method.eps, method.eps)
    else:
        kept[beyond] = images[beyond] + change[beyond] * factors
    return kept


def _measure(change: "NDArray[np.float32]", norm: float) -> "NDArray[np.float64]":
    import numpy as np

    rows = np.abs(change.reshape(len(change), -1))
    if norm == np.inf:
        largest: NDArray[np.float64] = rows.max(axis=1).astype(np.float64)
        return largest
    lengths: NDArray[np.float64] = np.linalg.norm(rows.astype(np.float64), norm, axis=1)
    return lengths
