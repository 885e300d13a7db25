"""The formulas behind the variants of FGM, on images of a pixel or two."""

from typing import Any

import numpy as np
import pytest

from dioptra_builtins.attacks import fgm_variants

pytestmark = pytest.mark.usefixtures("tensorflow")


def as_images(*values: float) -> Any:
    return np.array(values, dtype=np.float32).reshape(1, 1, -1, 1)


def levels(images: Any) -> list[float]:
    return [float(level) for level in np.rint(images * 255).ravel()]


def test_storing_inward_never_exceeds_the_change() -> None:
    clean, attacked = as_images(0, 1, 0.2), as_images(0.3, 0.7, 0.5)
    assert levels(fgm_variants._store_inward(attacked, clean)) == [76, 179, 127]
    # 0.3 are 76.5 levels.
    assert levels(fgm_variants._store_nearest(as_images(0.302, 0.298, 1))) == [77, 76, 255]


def test_stretching_uses_the_full_range_of_each_image() -> None:
    assert levels(fgm_variants._store_stretched(as_images(0.25, 0.5, 0.75))) == [0, 127, 255]
    assert levels(fgm_variants._store_stretched(as_images(0.5, 0.5, 0.5))) == [0, 0, 0]


def test_a_step_goes_eps_along_the_sign() -> None:
    moved = fgm_variants._go(as_images(0.5, 0.5, 0.5), as_images(-7, 0, 1e-9), 0.1)
    np.testing.assert_allclose(moved, as_images(0.4, 0.5, 0.6), rtol=1e-6)


def test_a_clipped_softmax_that_is_sure_has_no_gradient_and_logits_have() -> None:
    import keras

    assert keras.config.epsilon() == 1e-7
    # Class 0 has twenty times the first pixel as its logit, class 1 the second pixel.
    model = keras.Sequential(
        [keras.Input((1, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    model.layers[-1].set_weights([np.array([[20.0, 0.0], [0.0, 1.0]]), np.zeros(2)])
    images, classes = as_images(1.0, 0.5), np.array([0])
    gradients = {
        name: fgm_variants._compute_gradient(model, getattr(fgm_variants, name)(1), images, classes)
        for name in ("_from_logits", "_from_softmax", "_from_clipped_softmax")
    }
    assert (gradients["_from_clipped_softmax"] == 0).all()
    # The probability of class 1, which is far below 1e-7.
    for name in ("_from_logits", "_from_softmax"):
        assert gradients[name].ravel()[1] == pytest.approx(np.exp(0.5 - 20), rel=1e-3)
