# SPDX-License-Identifier: Apache-2.0
"""The tracking server of a stack, asked without MLflow's client."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from dioptra.sdk.runs import PARENT_TAG

DEFAULT_URL = "http://127.0.0.1:5000"
FLOW_RUN_TAG = "prefect.flow_run_id"
RESULTS = "results/results.json"
PAGE = 1000
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class TrackedRun:
    """A run of MLflow."""

    id: str
    page: str
    metrics: dict[str, float]


def tracking_url() -> str:
    """Give the address of the tracking server.

    It is ``DIOPTRA_MLFLOW_URL`` where that is set, else ``MLFLOW_TRACKING_URI`` where that names a
    server, else that of the stack on this machine.
    """
    configured = os.environ.get("DIOPTRA_MLFLOW_URL", "")
    store = os.environ.get("MLFLOW_TRACKING_URI", "")
    server = store if store.startswith(("http://", "https://")) else DEFAULT_URL
    return (configured or server).rstrip("/")


def tracking_client() -> httpx.Client:
    """Make a client of the tracking server; MLflow's environment variables are its log-in."""
    name = os.environ.get("MLFLOW_TRACKING_USERNAME")
    password = os.environ.get("MLFLOW_TRACKING_PASSWORD", "")
    log_in = (name, password) if name else None
    return httpx.Client(base_url=tracking_url(), auth=log_in, timeout=TIMEOUT_SECONDS)


def find_run(client: httpx.Client, flow_run_id: UUID) -> TrackedRun | None:
    """Find the run that a flow run has logged to.

    Args:
        client: See :func:`tracking_client`.
        flow_run_id: The flow run.

    Returns:
        The latest run with the flow run's tag that is no child of another with it; None if there
        is none. Its page has the address that ``DIOPTRA_MLFLOW_UI_URL`` gives, else that of the
        client.

    Raises:
        httpx.HTTPError: The server does not answer, or refuses.
    """
    criteria = {
        "experiment_ids": [item["experiment_id"] for item in _experiments(client)],
        "filter": f"tags.`{FLOW_RUN_TAG}` = '{flow_run_id}'",
        "order_by": ["attributes.start_time DESC"],
        "max_results": PAGE,
    }
    runs = _post(client, "runs/search", criteria).get("runs", [])
    own = {run["info"]["run_id"] for run in runs}
    # The run of a sweep, which is the parent of its points, belongs to no flow run.
    outermost = (run for run in runs if _pairs(run, "tags").get(PARENT_TAG) not in own)
    found = next(outermost, None)
    if found is None:
        return None
    place = found["info"]
    base = os.environ.get("DIOPTRA_MLFLOW_UI_URL") or str(client.base_url).rstrip("/")
    page = f"{base}/#/experiments/{place['experiment_id']}/runs/{place['run_id']}"
    return TrackedRun(id=place["run_id"], page=page, metrics=_pairs(found, "metrics"))


def read_results(client: httpx.Client, run: TrackedRun) -> dict[str, Any] | None:
    """Read the results that a run has logged.

    Args:
        client: See :func:`tracking_client`.
        run: The run.

    Returns:
        The content of ``results.json``; None where the run has none.

    Raises:
        httpx.HTTPError: The server does not answer, or refuses.
    """
    folder, _, _ = RESULTS.rpartition("/")
    query = {"run_id": run.id, "path": folder}
    listed = client.get("/api/2.0/mlflow/artifacts/list", params=query)
    files = listed.raise_for_status().json().get("files", [])
    if RESULTS not in [file["path"] for file in files]:
        return None
    answer = client.get("/get-artifact", params={**query, "path": RESULTS})
    return dict(answer.raise_for_status().json())


def _experiments(client: httpx.Client) -> Iterator[dict[str, Any]]:
    criteria: dict[str, Any] = {"max_results": PAGE}
    while True:
        answer = _post(client, "experiments/search", criteria)
        yield from answer.get("experiments", [])
        if not answer.get("next_page_token"):
            return
        criteria["page_token"] = answer["next_page_token"]


def _post(client: httpx.Client, route: str, content: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/2.0/mlflow/{route}", json=content)
    return dict(answer.raise_for_status().json())


def _pairs(run: dict[str, Any], kind: str) -> dict[str, Any]:
    return {pair["key"]: pair["value"] for pair in run["data"].get(kind, [])}
