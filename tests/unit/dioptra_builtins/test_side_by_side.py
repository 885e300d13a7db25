from typing import Any

import numpy as np
import pytest

from dioptra_builtins._side_by_side import THREADS, count_threads, is_stateless

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.mark.parametrize(
    ("image_size", "stateless", "threads"),
    [
        ((28, 28, 1), True, THREADS),
        ((64, 64, 3), True, THREADS),
        ((65, 64, 3), True, 1),
        ((28, 28, 1), False, 1),
    ],
)
def test_small_images_of_a_stateless_model_are_worked_at_side_by_side(
    image_size: tuple[int, ...], stateless: bool, threads: int
) -> None:
    assert count_threads(image_size, is_stateless=stateless) == threads


def test_what_remembers_or_draws_is_not_stateless() -> None:
    from keras import Input, Sequential, layers

    class Counting(layers.Layer):  # type: ignore[misc]
        stateful = True

        def call(self, inputs: Any) -> Any:
            return inputs

    def stack(*parts: Any) -> Any:
        return Sequential([Input((8, 8, 1)), *parts, layers.Flatten(), layers.Dense(3)])

    assert is_stateless(stack(layers.BatchNormalization(), layers.Dropout(0.5)))
    for restless in (layers.RandomFlip(), Counting(), Sequential([Counting()])):
        assert not is_stateless(stack(restless))
    shared = layers.Dropout(0.5)
    assert is_stateless(stack(shared, Sequential([shared])))
    assert not is_stateless(stack(shared, Sequential([shared]), layers.RandomFlip()))


def test_a_compiled_model_stays_stateless() -> None:
    from keras import Input, Sequential, layers

    model = Sequential([Input((8,)), layers.Dropout(0.5), layers.Dense(3)])
    model.compile("adam", "mse", metrics=["mae"])
    model.predict(np.zeros((1, 8)), verbose=0)
    assert is_stateless(model)
