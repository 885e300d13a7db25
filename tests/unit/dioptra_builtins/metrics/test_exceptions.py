import pytest

from dioptra.sdk.exceptions import DioptraError, UnknownNameError
from dioptra_builtins.metrics.exceptions import (
    MetricInputError,
    MetricRequestError,
    UnknownDistanceMetricError,
    UnknownPerformanceMetricError,
)


@pytest.mark.parametrize(
    ("error", "kind"),
    [(UnknownDistanceMetricError, "distance"), (UnknownPerformanceMetricError, "performance")],
)
def test_an_unknown_metric_names_itself_and_those_known(
    error: type[UnknownDistanceMetricError | UnknownPerformanceMetricError], kind: str
) -> None:
    raised = error("l9", ["b", "a"])
    assert str(raised) == f"no {kind} metric named 'l9'; known: a, b"
    assert isinstance(raised, UnknownNameError)
    assert isinstance(raised, LookupError)


@pytest.mark.parametrize("error", [MetricInputError, MetricRequestError])
def test_what_is_wrong_with_a_value_is_a_value_error(error: type[DioptraError]) -> None:
    assert issubclass(error, ValueError)
    assert issubclass(error, DioptraError)
