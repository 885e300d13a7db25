import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dioptra import pyplugs
from dioptra_builtins.random.rng import SEED_LIMIT, init_rng


@given(seed=st.integers(0, 2**64))
@settings(deadline=None)
def test_the_same_seed_gives_the_same_numbers(seed: int) -> None:
    (used, first), (again, second) = init_rng(seed), init_rng(seed)
    assert used == again == seed
    np.testing.assert_array_equal(first.random(5), second.random(5))


def test_the_numbers_are_those_of_numpys_default_generator() -> None:
    _, rng = init_rng(42)
    assert isinstance(rng, np.random.Generator)
    np.testing.assert_array_equal(rng.random(5), np.random.default_rng(42).random(5))


def test_another_seed_gives_other_numbers() -> None:
    assert init_rng(0)[1].random() != init_rng(1)[1].random()


def test_a_generator_leaves_the_others_alone() -> None:
    _, first = init_rng(3)
    _, second = init_rng(3)
    expected = first.random(10)[-1]
    init_rng(4)
    second.random(9)
    assert second.random() == expected


@pytest.mark.parametrize("seed", [-1, -2, -(2**40)])
def test_a_negative_seed_draws_one_that_repeats_the_numbers(seed: int) -> None:
    used, rng = init_rng(seed)
    assert type(used) is int
    assert 0 <= used < SEED_LIMIT
    np.testing.assert_array_equal(init_rng(used)[1].random(5), rng.random(5))


def test_without_a_seed_one_is_drawn_anew() -> None:
    assert len({init_rng()[0] for _ in range(8)}) > 1


def test_drawn_seeds_come_from_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int] = []

    def draw(limit: int) -> int:
        limits.append(limit)
        return limit - 1

    monkeypatch.setattr("secrets.randbelow", draw)
    used, rng = init_rng(-1)
    assert limits == [2**31 - 1]
    assert used == 2**31 - 2
    assert rng.random() == np.random.default_rng(used).random()


def test_the_seed_is_a_plain_integer() -> None:
    used, _ = init_rng(np.int64(5))  # type: ignore[arg-type]
    assert type(used) is int
    assert used == 5


@pytest.mark.parametrize("seed", ["1", None, [1]])
def test_what_is_no_number_is_no_seed(seed: int) -> None:
    with pytest.raises(TypeError):
        init_rng(seed)


def test_the_task_is_registered() -> None:
    assert pyplugs.funcs("dioptra_builtins.random", "rng") == ["init_rng"]
    used, rng = pyplugs.call("dioptra_builtins.random", "rng", "init_rng", seed=6)
    assert used == 6
    assert rng.random() == np.random.default_rng(6).random()
