from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dioptra import pyplugs
from dioptra.sdk.exceptions import ParameterError
from dioptra_builtins.random.sample import draw_random_integer, draw_random_integers

bounds = st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63) + 1, 2**63)).filter(
    lambda pair: pair[0] < pair[1]
)


@given(pair=bounds, seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_integers_lie_within_their_bounds(pair: tuple[int, int], seed: int) -> None:
    low, high = pair
    rng = np.random.default_rng(seed)
    number = draw_random_integer(rng, low, high)
    assert type(number) is int
    assert low <= number < high
    numbers = draw_random_integers(rng, low, high, 20)
    assert numbers.dtype == np.int64
    assert all(low <= each < high for each in numbers.tolist())


def test_both_ends_of_the_range_are_as_documented() -> None:
    numbers = draw_random_integers(np.random.default_rng(0), -2, 3, 1000)
    assert np.unique(numbers).tolist() == [-2, -1, 0, 1, 2]


def test_each_integer_is_equally_likely() -> None:
    numbers = draw_random_integers(np.random.default_rng(0), 0, 8, 80_000)
    np.testing.assert_allclose(np.bincount(numbers), 10_000, rtol=0.05)


def test_without_bounds_the_integers_are_seeds() -> None:
    numbers = draw_random_integers(np.random.default_rng(0), size=10_000)
    assert numbers.min() >= 0
    assert 2**31 - 2**20 < numbers.max() < 2**31 - 1
    number = draw_random_integer(np.random.default_rng(0))
    assert number == numbers[0]


def test_a_single_bound_is_the_one_above_the_largest_integer() -> None:
    numbers = draw_random_integers(np.random.default_rng(7), 42, size=5)
    np.testing.assert_array_equal(numbers, np.random.default_rng(7).integers(42, size=5))
    assert numbers.tolist() == [39, 26, 28, 37, 24]


def test_the_lower_bound_is_0_where_only_the_upper_one_is_named() -> None:
    numbers = draw_random_integers(np.random.default_rng(7), high=42, size=5)
    assert numbers.tolist() == [39, 26, 28, 37, 24]


def test_the_numbers_of_recorded_runs_stay_as_they_are() -> None:
    first, second = 2029167940, 1342382291
    assert draw_random_integers(np.random.default_rng(7)).tolist() == [first]
    assert draw_random_integers(np.random.default_rng(7), size=2).tolist() == [first, second]
    assert draw_random_integer(np.random.default_rng(7)) == first
    assert draw_random_integer(np.random.default_rng(7), 5) == first


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        (None, (1,)),
        (0, (1,)),
        ((0,), (0,)),
        (5, (5,)),
        ((2, 3), (2, 3)),
        ([4, 1], (4, 1)),
        ((), ()),
    ],
)
def test_integers_have_the_shape_that_was_asked_for(
    size: int | Sequence[int] | None, shape: tuple[int, ...]
) -> None:
    numbers = draw_random_integers(np.random.default_rng(0), size=size)
    assert np.shape(numbers) == shape
    assert numbers.dtype == np.int64


def test_the_same_seed_gives_the_same_integers() -> None:
    first, second = (draw_random_integers(np.random.default_rng(9), size=5) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert first.tolist() != draw_random_integers(np.random.default_rng(8), size=5).tolist()


def test_the_generator_moves_on() -> None:
    rng = np.random.default_rng(0)
    assert draw_random_integer(rng) != draw_random_integer(rng)


def test_a_range_of_one_integer_gives_it() -> None:
    assert draw_random_integer(np.random.default_rng(0), 7, 8) == 7


@pytest.mark.parametrize(("low", "high"), [(0, 0), (5, 4), (3, -3)])
@pytest.mark.parametrize("draw", [draw_random_integer, draw_random_integers])
def test_an_empty_range_is_refused(draw: Any, low: int, high: int) -> None:
    with pytest.raises(ParameterError, match=f"at least low={low} and below high={high}"):
        draw(np.random.default_rng(0), low, high)


@pytest.mark.parametrize("bound", [0, -3])
def test_a_single_bound_that_is_not_above_0_is_refused(bound: int) -> None:
    with pytest.raises(ParameterError, match=f"at least low=0 and below high={bound}"):
        draw_random_integers(np.random.default_rng(0), bound)


@pytest.mark.parametrize(("low", "high"), [(0, 2**63 + 1), (-(2**63) - 1, 0)])
def test_a_range_beyond_64_bits_is_refused_by_numpy(low: int, high: int) -> None:
    with pytest.raises(ValueError, match="out of bounds for int64"):
        draw_random_integers(np.random.default_rng(0), low, high)


def test_the_tasks_are_registered() -> None:
    tasks = {"draw_random_integer", "draw_random_integers"}
    assert set(pyplugs.funcs("dioptra_builtins.random", "sample")) == tasks
    rng = np.random.default_rng(0)
    assert (
        pyplugs.call("dioptra_builtins.random", "sample", "draw_random_integer", rng, high=1) == 0
    )
