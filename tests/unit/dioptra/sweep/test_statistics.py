from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from dioptra.sdk.intervals import wilson_interval
from dioptra.sweep.statistics import count_images, mean_and_spread, summarise, varying

TABLE = pd.DataFrame(
    {
        "eps": [0.1, 0.1, 0.1, 0.2],
        "norm": ["inf"] * 4,
        "metrics": [["l_1"], ["l_1"], ["l_1"], ["l_2"]],
        "seed": [1, 2, 3, 1],
        "accuracy": [0.4, 0.5, 0.6, 0.3],
    }
)
PARAMETERS = ["eps", "norm", "metrics", "seed"]


def test_what_varies_is_named_the_seed_aside() -> None:
    assert varying(TABLE, PARAMETERS) == ["eps", "metrics"]
    assert varying(TABLE.iloc[:0], PARAMETERS) == []


def test_numbers_are_summarised_over_seeds() -> None:
    first, second = summarise(TABLE, PARAMETERS, "accuracy")
    assert first.combination == (0.1, ["l_1"])
    assert (first.n, first.least, first.greatest) == (3, 0.4, 0.6)
    assert first.mean == pytest.approx(0.5)
    assert first.deviation == pytest.approx(0.1)
    assert first.margin == pytest.approx(4.3027 * 0.1 / 3**0.5, rel=1e-4)
    assert second.combination == (0.2, ["l_2"])
    assert (second.n, second.mean, second.deviation, second.margin) == (1, 0.3, None, None)


def test_a_point_that_gave_no_such_number_does_not_count() -> None:
    first, *_ = summarise(TABLE.assign(accuracy=[0.4, None, 0.6, 0.3]), PARAMETERS, "accuracy")
    assert first.n == 2


@pytest.mark.parametrize(("n", "quantile"), [(2, 12.7062), (5, 2.7764), (100, 1.9842)])
def test_the_margin_is_that_of_student(n: int, quantile: float) -> None:
    numbers = [0.1 * number for number in range(n)]
    mean, deviation, margin = mean_and_spread(numbers)
    assert mean == pytest.approx(0.05 * (n - 1))
    assert deviation == pytest.approx(np.std(numbers, ddof=1))
    assert margin == pytest.approx(quantile * np.std(numbers, ddof=1) / n**0.5, rel=1e-4)


def test_the_mean_is_rounded_once() -> None:
    numbers = [0.1, 0.2, 0.3]
    assert mean_and_spread(numbers)[0] == 0.2 != sum(numbers) / 3


def test_where_all_seeds_gave_the_same_student_says_nothing() -> None:
    first, _ = summarise(TABLE.assign(accuracy=0.5), PARAMETERS, "accuracy")
    assert (first.deviation, first.margin) == (0, None)


def test_the_interval_over_images_is_wilsons_around_the_mean() -> None:
    first, second = summarise(TABLE.assign(n=100), PARAMETERS, "accuracy")
    assert (first.images, first.interval) == (100, wilson_interval(50, 100))
    assert (second.images, second.interval) == (100, wilson_interval(30, 100))


def test_without_a_number_of_images_there_is_no_interval_over_them() -> None:
    first, _ = summarise(TABLE, PARAMETERS, "accuracy")
    assert (first.images, first.interval) == (None, None)


@pytest.mark.parametrize(
    ("rows", "measured", "images"),
    [
        ([{"accuracy": 0.5, "n": 10}, {"accuracy": 0.4, "n": 10}], "accuracy", 10),
        ([{"accuracy": 0.5, "n": 10.0}], "accuracy", 10),
        ([{"clean_accuracy": 0.5, "n_test": 10, "n": 3}], "clean_accuracy", 10),
        ([{"accuracy": 0.5, "n": 10}, {"accuracy": 0.5, "n": 20}], "accuracy", None),
        ([{"accuracy": 0.55, "n": 10}], "accuracy", None),
        ([{"accuracy": 0.5, "n": float("nan")}], "accuracy", None),
        ([{"accuracy": 0.4, "n": 10.5}], "accuracy", None),
        ([{"accuracy": 0.5, "n": [10]}], "accuracy", None),
        ([{"accuracy": "half", "n": 10}], "accuracy", None),
        ([{"accuracy": 0.5, "n": 0}], "accuracy", None),
        ([{"val_accuracy": 0.5, "n": 10}], "val_accuracy", None),
    ],
)
def test_a_number_of_images_is_never_invented(
    rows: list[Any], measured: str, images: int | None
) -> None:
    assert count_images(rows, measured) == images


def draw_coverage(seeds: int, accuracy: float, deviation: float, n: int) -> float:
    """Tell how many of 20,000 drawn studies have an interval over seeds that holds the accuracy."""
    rng = np.random.default_rng(1)
    size = accuracy * (1 - accuracy) / deviation**2 - 1
    models = rng.beta(accuracy * size, (1 - accuracy) * size, size=(20_000, seeds))
    studies = rng.binomial(n, models) / n
    quantile = t.ppf(0.975, seeds - 1)
    margins = quantile * studies.std(axis=1, ddof=1) / seeds**0.5
    return float((abs(studies.mean(axis=1) - accuracy) <= margins).mean())


@pytest.mark.parametrize("seeds", [2, 3, 5, 10])
@pytest.mark.parametrize(
    ("accuracy", "deviation"), [(0.5, 0.1), (0.5, 0.02), (0.1, 0.05), (0.97, 0.01)]
)
def test_the_interval_over_seeds_covers_93_to_97_percent_with_10_000_images(
    seeds: int, accuracy: float, deviation: float
) -> None:
    assert 0.93 <= draw_coverage(seeds, accuracy, deviation, 10_000) <= 0.97


def test_the_interval_over_three_seeds_covers_too_little_beside_1() -> None:
    assert 0.85 <= draw_coverage(3, 0.995, 0.005, 10_000) <= 0.91
    assert 0.4 <= draw_coverage(3, 0.99, 0.005, 20) <= 0.5
