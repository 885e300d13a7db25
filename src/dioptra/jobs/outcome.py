# SPDX-License-Identifier: Apache-2.0
"""What a job has logged, printed at its end."""

import sys
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx

from dioptra.jobs.mlflow_api import TrackedRun, find_run, read_results, tracking_client
from dioptra.jobs.outages import PATIENCE_SECONDS, patiently
from dioptra.report import print_summary
from dioptra.sdk.exceptions import ResultsError, ServiceError


def print_outcome(flow_run_id: UUID, patience: float = PATIENCE_SECONDS) -> None:
    """Print the page, the metrics and the results of what a flow run has logged to MLflow.

    Args:
        flow_run_id: The flow run.
        patience: For how many seconds to ask a server that is out.

    Raises:
        ServiceError: The tracking server does not answer, or refuses.
        ResultsError: The results are not what a report can be made of.
    """
    with tracking_client() as client:
        try:
            run = patiently(lambda: find_run(client, flow_run_id), patience)
            results = patiently(lambda: read_results(client, run), patience) if run else None
        except httpx.HTTPError as error:
            raise ServiceError(_describe(client, error)) from error
    if run is None:
        sys.stdout.write("the run has logged nothing to MLflow\n")
        return
    _print_run(run)
    if results is not None:
        _print_results(results)


def _print_run(run: TrackedRun) -> None:
    sys.stdout.write(f"MLflow  {run.page}\n")
    width = max(map(len, run.metrics), default=0)
    for name, value in sorted(run.metrics.items()):
        sys.stdout.write(f"{name:<{width}}  {value:g}\n")
    sys.stdout.flush()


def _print_results(results: Mapping[str, Any]) -> None:
    try:
        print_summary(dict(results))
    except ResultsError as error:
        raise ResultsError(f"the run's results cannot be shown: {error}") from error


def _describe(client: httpx.Client, error: httpx.HTTPError) -> str:
    url = str(client.base_url).rstrip("/")
    if not isinstance(error, httpx.HTTPStatusError):
        return f"no MLflow server answers at {url} (another one is named by DIOPTRA_MLFLOW_URL)"
    if error.response.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        log_in = "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
        return f"the MLflow server at {url} refuses the log-in; set {log_in}"
    return f"the MLflow server at {url} answers {error.response.status_code}"
