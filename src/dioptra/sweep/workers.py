# SPDX-License-Identifier: Apache-2.0
"""Sweeps on the workers of a stack."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from dioptra import jobs
from dioptra.jobs.mlflow_api import find_run, tracking_client
from dioptra.jobs.outages import patiently
from dioptra.sdk.exceptions import JobError
from dioptra.sdk.runs import PARENT_VARIABLE
from dioptra.sweep.grid import Point
from dioptra.sweep.points import RUN_ID, Done, Failed, Settling


def run_on_workers(
    project: Path,
    entry_point: str,
    points: Sequence[Point],
    parent: str,
    done: Done,
    failed: Failed,
    pool: str | None = None,
) -> None:
    """Hand points to the workers of a pool, and wait for all.

    The server keeps one run for each point of a sweep, so a sweep that is started again while its
    points still run waits for these.

    Args:
        project: The project folder.
        entry_point: The entry point's name.
        points: The points to run.
        parent: The MLflow run of the sweep.
        done: Takes each point that has finished, with its row.
        failed: Takes each point that has failed, with what it raised.
        pool: The work pool; without it, the default one of the deployments.

    Raises:
        DeploymentNotFoundError: The server knows no deployment of it in that pool.
        ServiceError: A server does not answer.
        SweepError: Points failed; all others have finished.
    """
    submitted = [
        jobs.submit(
            project,
            entry_point,
            point.texts,
            pool,
            once=f"{parent}-{point.id}",
            environment={PARENT_VARIABLE: parent},
        ).id
        for point in points
    ]
    with Settling(len(points), done, failed) as settling:
        for point, flow_run_id in zip(points, submitted, strict=True):
            settling.settle(point, partial(_read_row, flow_run_id))


def _read_row(flow_run_id: UUID) -> dict[str, Any]:
    failure = jobs.wait(flow_run_id)
    if failure is not None:
        raise JobError(failure)
    with tracking_client() as client:
        run = patiently(lambda: find_run(client, flow_run_id))
    return {**run.metrics, RUN_ID: run.id} if run else {}
