import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dioptra_builtins.metrics._statistics import summarize

numbers = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=50)


def test_a_summary_worked_out_by_hand() -> None:
    assert summarize(np.array([4.0, 1.0, 2.0, 3.0, 5.0])) == {
        "mean": 3,
        "median": 3,
        "stdev": pytest.approx(2.5**0.5),
        "iqr": 2,
        "min": 1,
        "max": 5,
    }


def test_quartiles_are_interpolated() -> None:
    summary = summarize(np.array([0.0, 1.0, 2.0, 4.0]))
    assert (summary["median"], summary["iqr"]) == (1.5, 2.5 - 0.75)


def test_one_value_has_no_spread() -> None:
    summary = summarize(np.array([7.0]))
    assert list(summary.values()) == [7, 7, 0, 0, 7, 7]


@given(values=numbers)
@settings(deadline=None)
def test_a_summary_is_that_of_the_standard_library(values: list[float]) -> None:
    quartiles = statistics.quantiles(values, method="inclusive")
    expected = {
        "mean": statistics.fmean(values),
        "median": statistics.median(values),
        "stdev": statistics.stdev(values),
        "iqr": quartiles[2] - quartiles[0],
        "min": min(values),
        "max": max(values),
    }
    assert summarize(np.array(values)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(values=numbers, seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_the_order_does_not_matter(values: list[float], seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(values)
    expected = pytest.approx(summarize(np.array(values)), rel=1e-9, abs=1e-9)
    assert summarize(shuffled) == expected


def test_a_nan_makes_all_of_it_nan() -> None:
    assert np.isnan(list(summarize(np.array([1.0, np.nan, 2.0])).values())).all()
