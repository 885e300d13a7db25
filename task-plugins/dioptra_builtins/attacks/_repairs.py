# SPDX-License-Identifier: Apache-2.0
"""Attacks of ART that do not do what they say, mended without another algorithm.

This module imports ART at its top, so it is itself imported only where it is used.
"""

import copy
import warnings
from typing import Any

import numpy as np
from art.attacks import evasion
from numpy.typing import NDArray

Images = NDArray[np.float32]


class FastGradientMethod(evasion.FastGradientMethod):  # type: ignore[misc]
    """FGM whose search for the smallest perturbation ends at eps.

    ART's own ends at the last multiple of eps_step below it, and so at 0.2 for 0.3 and 0.1. Labels
    that are predicted are found on the way to the gradient, where ART's own predicts them before.
    """

    def generate(self, x: Images, y: NDArray[Any] | None = None, **kwargs: Any) -> Images:
        """Attack images as ART does.

        Args:
            x: Images, float32 [n, height, width, channels].
            y: Their labels, as numbers or one-hot; None for those that are predicted.
            **kwargs: Passed on to ART.

        Returns:
            float32 of the shape of ``x``.
        """
        attack, labels = self, y
        follow = getattr(self.estimator, "follow_predictions", lambda: None)
        if y is None and not self.minimal and self.num_random_init <= 1:
            following = follow()
            if following is not None:
                attack = copy.copy(self)
                attack._estimator = following  # noqa: SLF001 - ART sets it but once
                # Of any class, since they are not looked at.
                labels = np.eye(following.nb_classes, dtype=np.float32)[np.zeros(len(x), int)]
        attacked: Images = evasion.FastGradientMethod.generate(attack, x, labels, **kwargs)
        return attacked

    def _minimal_perturbation(
        self, x: Images, y: NDArray[np.float32], mask: NDArray[Any] | None
    ) -> Images:
        attacked = x.copy()
        for start in range(0, len(x), self.batch_size):
            place = slice(start, start + self.batch_size)
            own = mask[place] if mask is not None and mask.ndim == x.ndim else mask
            attacked[place] = self._search(x[place], y[place], own)
        return attacked

    def _search(self, x: Images, y: NDArray[np.float32], mask: NDArray[Any] | None) -> Images:
        direction = self._compute_perturbation(x, y, mask)
        attacked, truth = x.copy(), y.argmax(axis=1)
        active, step = np.ones(len(x), dtype=bool), 0.0
        while active.any() and step < self.eps:
            step = min(step + self.eps_step, self.eps)
            attacked[active] = self._apply_perturbation(x, direction, step)[active]
            active = self.estimator.predict(attacked).argmax(axis=1) == truth
        return attacked


class SquareAttack(evasion.SquareAttack):  # type: ignore[misc]
    """Square attack that never takes an image which is not a number.

    Under the norm 2, ART divides by the budget that is left in two windows, and by the size of
    small windows, which may both be 0.
    """

    def generate(self, x: Images, y: NDArray[Any] | None = None, **kwargs: Any) -> Images:
        """Attack images as ART does, without its remarks on divisions by 0.

        Args:
            x: Images, float32 [n, height, width, channels].
            y: Their labels, as numbers or one-hot; None for those that are predicted.
            **kwargs: Passed on to ART.

        Returns:
            float32 of the shape of ``x``.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            attacked: Images = super().generate(x, y, **kwargs)
        return attacked

    def _check_params(self) -> None:
        super()._check_params()
        if self.norm == 1:
            raise ValueError("its norm is inf or 2; with 1, ART would change nothing")

    def _get_logits_diff(self, x: Images, y: NDArray[np.float32]) -> NDArray[np.float32]:
        finite = np.isfinite(x).all(axis=(1, 2, 3))
        # What cannot be computed is no improvement.
        margins = np.full(len(x), np.inf, np.float32)
        if finite.any():
            margins[finite] = super()._get_logits_diff(x[finite], y[finite])
        return margins


class AutoAttack(evasion.AutoAttack):  # type: ignore[misc]
    """AutoAttack with the square attack from above."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attacks: list[Any] = [_mend(attack) for attack in self.attacks]
        for attack in self.attacks:
            attack.set_params(verbose=False)


class ShadowAttack(evasion.ShadowAttack):  # type: ignore[misc]
    """Shadow attack on one image after the other, away from its label.

    ART's own takes a single image, and takes any label for a target.
    """

    @property
    def targeted(self) -> bool:
        """Whether labels are targets: never."""
        return False

    @targeted.setter
    def targeted(self, targeted: bool) -> None:
        """Let ART set what stays as it is."""

    def generate(self, x: Images, y: NDArray[Any] | None = None, **kwargs: Any) -> Images:
        """Attack images one by one.

        Args:
            x: Images, float32 [n, height, width, channels].
            y: Their labels, as numbers or one-hot; None for those that are predicted.
            **kwargs: Passed on to ART.

        Returns:
            float32 of the shape of ``x``.
        """
        return _generate_one_by_one(super().generate, x, y, **kwargs)


class SpatialTransformation(evasion.SpatialTransformation):  # type: ignore[misc]
    """The translation and rotation that mislead for an image, looked for image by image.

    ART's own looks for those that mislead for most images of the first batch, and keeps them.
    """

    def generate(self, x: Images, y: NDArray[Any] | None = None, **kwargs: Any) -> Images:
        """Attack images one by one.

        Args:
            x: Images, float32 [n, height, width, channels].
            y: Not used: what misleads is another prediction.
            **kwargs: Passed on to ART.

        Returns:
            float32 of the shape of ``x``.
        """
        own = super().generate

        def generate(x: Images, y: NDArray[Any] | None, **kwargs: Any) -> Images:
            self.attack_trans_x = self.attack_trans_y = self.attack_rot = None
            attacked: Images = own(x, y, **kwargs)
            return attacked

        return _generate_one_by_one(generate, x, y, **kwargs)


class ProjectedGradientDescent(evasion.ProjectedGradientDescent):  # type: ignore[misc]
    """PGD also with momentum, which ART has switched off in its code for TensorFlow."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _allow_momentum(self)


class MomentumIterativeMethod(evasion.MomentumIterativeMethod):  # type: ignore[misc]
    """PGD with momentum, by ART's code for NumPy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _allow_momentum(self)


class ThresholdAttack(evasion.ThresholdAttack):  # type: ignore[misc]
    """Threshold attack without the remarks of ``cma`` on the shape of what ART gives it."""

    def generate(self, x: Images, y: NDArray[Any] | None = None, **kwargs: Any) -> Images:
        """Attack images as ART does.

        Args:
            x: Images, float32 [n, height, width, channels].
            y: Their labels, as numbers or one-hot; None for those that are predicted.
            **kwargs: Passed on to ART.

        Returns:
            float32 of the shape of ``x``.
        """
        return _generate_quietly(super().generate, x, y, **kwargs)


class PixelAttack(evasion.PixelAttack):  # type: ignore[misc]
    """Pixel attack without the same remarks."""

    def generate(self, x: Images, y: NDArray[Any] | None = None, **kwargs: Any) -> Images:
        """Attack images as ART does.

        Args:
            x: Images, float32 [n, height, width, channels].
            y: Their labels, as numbers or one-hot; None for those that are predicted.
            **kwargs: Passed on to ART.

        Returns:
            float32 of the shape of ``x``.
        """
        return _generate_quietly(super().generate, x, y, **kwargs)


MENDED = {
    kind.__name__: kind
    for kind in (
        AutoAttack,
        FastGradientMethod,
        MomentumIterativeMethod,
        PixelAttack,
        ProjectedGradientDescent,
        ShadowAttack,
        SpatialTransformation,
        SquareAttack,
        ThresholdAttack,
    )
}


def _allow_momentum(attack: Any) -> None:
    # What ART passes its calls on to, by the framework of the model.
    inner = attack._attack  # noqa: SLF001 - there is no other way
    if inner.decay is None:
        return
    names = ("norm", "eps", "eps_step", "decay", "max_iter", "num_random_init", "batch_size")
    options = {name: getattr(inner, name) for name in (*names, "random_eps", "verbose")}
    attack._attack = evasion.ProjectedGradientDescentNumpy(attack.estimator, **options)  # noqa: SLF001 - the same


def _generate_one_by_one(generate: Any, x: Images, y: NDArray[Any] | None, **kwargs: Any) -> Images:
    attacked = [
        generate(x[place : place + 1], None if y is None else y[place : place + 1], **kwargs)
        for place in range(len(x))
    ]
    return np.concatenate([x[:0], *attacked])


def _generate_quietly(generate: Any, x: Images, y: NDArray[Any] | None, **kwargs: Any) -> Images:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="\\s*function_values is not a list of scalars")
        attacked: Images = generate(x, y, **kwargs)
    return attacked


def _mend(attack: Any) -> Any:
    if type(attack) is not evasion.SquareAttack:
        return attack
    names = ("norm", "eps", "max_iter", "p_init", "nb_restarts", "batch_size", "verbose")
    return SquareAttack(attack.estimator, **{name: getattr(attack, name) for name in names})
