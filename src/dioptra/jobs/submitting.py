# SPDX-License-Identifier: Apache-2.0
"""Runs of entry points on the workers of a stack."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dioptra.entrypoint import load_entry_point, parse_parameters
from dioptra.jobs.pools import has_online_worker
from dioptra.jobs.prefect_api import flow_run_page, prefect_client
from dioptra.sdk.exceptions import (
    DeploymentNotFoundError,
    ParameterError,
)

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun
    from prefect.client.schemas.responses import DeploymentResponse


@dataclass(frozen=True)
class Job:
    """A flow run that a worker takes up, or has taken up."""

    id: UUID
    name: str
    flow_name: str
    pool: str
    page: str
    has_worker: bool


def submit(
    project: Path,
    entry_point: str,
    texts: Mapping[str, str],
    pool: str | None = None,
    *,
    once: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Job:
    """Hand an entry point to the workers of a pool.

    Args:
        project: The project folder.
        entry_point: The entry point's name.
        texts: Its parameters as text, see :func:`dioptra.entrypoint.parse_parameters`; they are
            checked before anything is sent.
        pool: The work pool; without it, the default one of the deployments.
        once: Text that names this run: where one was submitted under it before and has not failed,
            it is that one.
        environment: Environment variables of the run.

    Returns:
        The flow run.

    Raises:
        EntryPointNotFoundError: The folder has no such entry point.
        ParameterError: A parameter is unknown or missing, or a value is not allowed.
        ProjectError: A file of the project cannot be imported.
        DeploymentNotFoundError: The server knows no deployment of it in that pool.
        ServiceError: The server does not answer, or refuses the run.
    """
    from pydantic_core import to_jsonable_python

    flow = load_entry_point(project, entry_point)
    parameters = to_jsonable_python(parse_parameters(flow, texts))
    for name, value in parameters.items():
        _check_numbers(name, texts[name], value)
    with prefect_client() as client:
        deployment = _find_deployment(client, flow, project.resolve().name, pool)
        options = {
            "parameters": parameters,
            "job_variables": {"env": dict(environment)} if environment else None,
        }
        run = _make_run(client, deployment.id, options, once)
        used = deployment.work_pool_name or ""
        return Job(
            id=run.id,
            name=run.name,
            flow_name=flow.name,
            pool=used,
            page=flow_run_page(run.id),
            has_worker=has_online_worker(client, used),
        )


def _check_numbers(name: str, text: str, value: Any) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError as error:
        # On its way, the number would become null, which may be a value, too.
        raise ParameterError(
            f"{name} cannot be handed to a worker: JSON has no number that is infinite or none "
            f"(got {name}={text!r})"
        ) from error


def _make_run(
    client: "SyncPrefectClient", deployment_id: UUID, options: dict[str, Any], once: str | None
) -> "FlowRun":
    if once is None:
        return client.create_flow_run_from_deployment(deployment_id, **options)
    attempts = (
        client.create_flow_run_from_deployment(
            deployment_id, idempotency_key=f"{once}-{attempt}", **options
        )
        for attempt in itertools.count()
    )
    return next(run for run in attempts if not _has_failed(run))


def _has_failed(run: "FlowRun") -> bool:
    return run.state is not None and run.state.is_final() and not run.state.is_completed()


def _find_deployment(
    client: "SyncPrefectClient", flow: "Flow[..., Any]", project: str, pool: str | None
) -> "DeploymentResponse":
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName

    listed = client.read_deployments(flow_filter=FlowFilter(name=FlowFilterName(any_=[flow.name])))
    found = {
        deployment.work_pool_name: deployment
        for deployment in listed
        if deployment.name in {project, f"{project}.{deployment.work_pool_name}"}
    }
    for deployment in found.values():
        if deployment.work_pool_name == pool or (pool is None and deployment.name == project):
            return deployment
    if pool is None or not found:
        raise DeploymentNotFoundError(
            f"the Prefect server has no deployment '{flow.name}/{project}'; register it with: "
            "dioptra deploy"
        )
    raise DeploymentNotFoundError(
        f"{flow.name} of {project!r} is not deployed to the pool {pool!r}; "
        f"its pools: {', '.join(sorted(map(str, found)))}; add one with: dioptra deploy --pool"
    )
