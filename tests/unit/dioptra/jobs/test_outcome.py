from typing import Any
from uuid import uuid4

import httpx
import pytest

from dioptra.jobs import outcome
from dioptra.jobs.mlflow_api import TrackedRun
from dioptra.jobs.outcome import print_outcome
from dioptra.sdk.exceptions import ResultsError, ServiceError

RUN = TrackedRun("a", "http://mlflow.example/#/experiments/7/runs/a", {"n": 540, "accuracy": 0.5})
REQUEST = httpx.Request("GET", "http://mlflow.example")


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIOPTRA_MLFLOW_URL", "http://mlflow.example")


def tracking(monkeypatch: pytest.MonkeyPatch, run: Any, results: Any = None) -> None:
    def find(*_: object) -> TrackedRun | None:
        if isinstance(run, Exception):
            raise run
        return run  # type: ignore[no-any-return]

    monkeypatch.setattr(outcome, "find_run", find)
    monkeypatch.setattr(outcome, "read_results", lambda *_: results)


def refuse(status: int) -> httpx.HTTPStatusError:
    response = httpx.Response(status, request=REQUEST)
    return httpx.HTTPStatusError("no", request=REQUEST, response=response)


def test_the_page_and_the_metrics_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tracking(monkeypatch, RUN)
    print_outcome(uuid4())
    lines = [f"MLflow  {RUN.page}", "accuracy  0.5", "n         540"]
    assert capsys.readouterr().out.splitlines() == lines


def test_a_run_that_logged_nothing_is_said_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tracking(monkeypatch, None)
    print_outcome(uuid4())
    assert capsys.readouterr().out == "the run has logged nothing to MLflow\n"


def test_results_are_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, Any]] = []
    tracking(monkeypatch, RUN, {"seed": 1})
    monkeypatch.setattr(outcome, "print_summary", shown.append)
    print_outcome(uuid4())
    assert shown == [{"seed": 1}]


def test_results_that_are_none_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    tracking(monkeypatch, RUN, {"seed": 1})
    with pytest.raises(ResultsError, match="the run's results cannot be shown: results"):
        print_outcome(uuid4())


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (httpx.ConnectError("down"), "no MLflow server answers at http://mlflow.example (another"),
        (refuse(401), "the MLflow server at http://mlflow.example refuses the log-in; set MLFLOW_"),
        (refuse(404), "the MLflow server at http://mlflow.example answers 404"),
    ],
)
def test_a_server_that_does_not_help_is_one_line(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    tracking(monkeypatch, error)
    with pytest.raises(ServiceError) as caught:
        print_outcome(uuid4(), patience=0)
    assert str(caught.value).startswith(message)
