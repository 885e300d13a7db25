import pytest

from dioptra.experiment import Metric, Result
from dioptra.experiment.results import Count, Metrics


class Measured(Result):
    accuracy: Metric

    n: Count

    seed: int

    distances: Metrics

    budget: Metric | None = None


RESULT = Measured(run_id="r", accuracy=0.5, n=4, seed=1, distances={"l_2": 0.25})


def test_the_metrics_of_a_result_are_those_that_are_declared_so() -> None:
    assert RESULT.list_metrics() == {"accuracy": 0.5, "n": 4, "l_2": 0.25}


def test_a_field_is_read_by_its_name_too() -> None:
    assert (RESULT["accuracy"], RESULT["run_id"]) == (0.5, "r")
    with pytest.raises(KeyError, match="accurcy"):
        RESULT["accurcy"]
    with pytest.raises(KeyError, match="model_dump"):
        RESULT["model_dump"]
