import numpy as np
import pandas as pd
import pytest

from dioptra.sweep.statistics import mean_and_spread, summarise, varying

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
