import numpy as np
import pytest

from dioptra.sdk.exceptions import NonFiniteError
from dioptra_builtins._finite import check_finite, check_weights

BATCH = np.zeros((4, 2, 2), np.float32)


def test_finite_numbers_pass() -> None:
    check_finite(BATCH, "x")
    check_finite(np.arange(4), "x")


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_the_first_that_is_not_finite_is_named(number: float) -> None:
    batch = BATCH.copy()
    batch[2, 0, 1] = batch[3] = number
    with pytest.raises(NonFiniteError, match=r"x is not finite .* for 2 of 4 .* first for image 2"):
        check_finite(batch, "x")
    with pytest.raises(NonFiniteError, match=r"first for 'c\.png'"):
        check_finite(batch, "x", ["a.png", "b.png", "c.png", "d.png"])


def test_a_weight_that_is_not_finite_is_named_with_its_model(tensorflow: None) -> None:  # noqa: ARG001
    import keras

    layers = [keras.layers.Dense(2, name="first"), keras.layers.Dense(1, name="second")]
    model = keras.Sequential([keras.Input((3,)), *layers], name="net")
    check_weights(model)
    layers[1].bias.assign([np.nan])
    with pytest.raises(NonFiniteError, match=r"the weights 'net/second/bias' of"):
        check_weights(model)
