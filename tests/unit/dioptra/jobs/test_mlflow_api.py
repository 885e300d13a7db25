import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from dioptra.jobs.mlflow_api import find_run, read_results, tracking_client, tracking_url

FLOW_RUN = UUID("12345678123456781234567812345678")
Answer = Callable[[httpx.Request], httpx.Response]


def client(answer: Answer) -> httpx.Client:
    return httpx.Client(base_url="http://mlflow.example", transport=httpx.MockTransport(answer))


def tracked(run_id: str, tags: dict[str, str], metrics: dict[str, float]) -> dict[str, Any]:
    def pairs(values: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"key": key, "value": value} for key, value in values.items()]

    return {
        "info": {"run_id": run_id, "experiment_id": "7"},
        "data": {"tags": pairs(tags), "metrics": pairs(metrics)},
    }


def server(*runs: dict[str, Any]) -> Answer:
    """A server with two pages of experiments and some runs; it asks for what MLflow asks for."""

    def answer(request: httpx.Request) -> httpx.Response:
        content = json.loads(request.content)
        if request.url.path == "/api/2.0/mlflow/experiments/search":
            if "page_token" in content:
                return httpx.Response(200, json={"experiments": [{"experiment_id": "7"}]})
            page = {"experiments": [{"experiment_id": "0"}], "next_page_token": "more"}
            return httpx.Response(200, json=page)
        assert request.url.path == "/api/2.0/mlflow/runs/search"
        assert content["experiment_ids"] == ["0", "7"]
        assert content["filter"] == f"tags.`prefect.flow_run_id` = '{FLOW_RUN}'"
        return httpx.Response(200, json={"runs": list(runs)} if runs else {})

    return answer


@pytest.mark.parametrize(
    ("own", "store", "url"),
    [
        (None, None, "http://127.0.0.1:5000"),
        (None, "sqlite:///mlflow.db", "http://127.0.0.1:5000"),
        (None, "http://store.example", "http://store.example"),
        (None, "https://store.example/", "https://store.example"),
        ("http://own.example/", "http://store.example", "http://own.example"),
    ],
)
def test_the_server_is_the_one_that_is_named(
    monkeypatch: pytest.MonkeyPatch, own: str | None, store: str | None, url: str
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    if own:
        monkeypatch.setenv("DIOPTRA_MLFLOW_URL", own)
    if store:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    assert tracking_url() == url


@pytest.mark.parametrize(("name", "sent"), [("ada", "Basic YWRhOnNlY3JldA=="), (None, None)])
def test_the_log_in_is_that_of_mlflow(
    monkeypatch: pytest.MonkeyPatch, name: str | None, sent: str | None
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_USERNAME", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "secret")
    if name:
        monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", name)
    with tracking_client() as opened:
        request = opened.build_request("GET", "/")
        if opened.auth:
            request = next(opened.auth.sync_auth_flow(request))
    assert request.headers.get("Authorization") == sent


def test_the_outermost_of_the_runs_is_found() -> None:
    child = tracked("b", {"mlflow.parentRunId": "a"}, {})
    # Its own parent is the run of a sweep, which the flow run knows nothing of.
    parent = tracked("a", {"x": "y", "mlflow.parentRunId": "sweep"}, {"accuracy": 0.5})
    found = find_run(client(server(child, parent)), FLOW_RUN)
    assert found is not None
    assert (found.id, found.metrics) == ("a", {"accuracy": 0.5})
    assert found.page == "http://mlflow.example/#/experiments/7/runs/a"


def test_the_page_of_a_run_may_have_an_address_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIOPTRA_MLFLOW_UI_URL", "http://localhost:5000")
    found = find_run(client(server(tracked("a", {}, {}))), FLOW_RUN)
    assert found is not None
    assert found.page == "http://localhost:5000/#/experiments/7/runs/a"


def test_a_flow_run_that_logged_nothing_has_no_run() -> None:
    assert find_run(client(server()), FLOW_RUN) is None


def test_a_refusal_is_an_error() -> None:
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        find_run(client(lambda _: httpx.Response(403)), FLOW_RUN)


@pytest.mark.parametrize(
    ("files", "results"),
    [
        (["results/report.html", "results/results.json"], {"seed": 1}),
        (["results/report.html"], None),
        ([], None),
    ],
)
def test_the_results_are_read_where_there_are_some(
    files: list[str], results: dict[str, Any] | None
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.params["run_id"] == "a"
        if request.url.path == "/get-artifact":
            assert request.url.params["path"] == "results/results.json"
            return httpx.Response(200, json={"seed": 1})
        assert request.url.path == "/api/2.0/mlflow/artifacts/list"
        assert request.url.params["path"] == "results"
        return httpx.Response(200, json={"files": [{"path": path} for path in files]})

    run = find_run(client(server(tracked("a", {}, {}))), FLOW_RUN)
    assert run is not None
    assert read_results(client(answer), run) == results
