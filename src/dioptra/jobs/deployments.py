# SPDX-License-Identifier: Apache-2.0
"""Deployments: what the Prefect server knows of an entry point."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint.command import summarize
from dioptra.jobs.heartbeats import BEAT_SECONDS

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient

# In a worker, what Dioptra keeps quiet on a terminal is what the run's page shows.
ENVIRONMENT = {
    "PREFECT_LOGGING_TO_API_ENABLED": "true",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_LOG_PRINTS": "true",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(BEAT_SECONDS),
}


def deployment_name(project: str, pool: str, default_pool: str) -> str:
    """Name the deployment of an entry point in a pool.

    Args:
        project: The name of the project folder.
        pool: The work pool.
        default_pool: The pool whose deployment bears the name of the project alone.

    Returns:
        ``"tensorflow-mnist-classifier"``, or ``"tensorflow-mnist-classifier.tensorflow-gpu"``.
    """
    return project if pool == default_pool else f"{project}.{pool}"


def describe_deployment(
    project: Path, entry_point: str, flow: "Flow[..., Any]", pool: str
) -> dict[str, Any]:
    """Describe the deployment of an entry point.

    Args:
        project: The absolute path of the project folder, as the workers see it too.
        entry_point: The entry point's name.
        flow: The entry point's flow.
        pool: The work pool.

    Returns:
        The fields of the deployment, but for its name.
    """
    return {
        "work_pool_name": pool,
        "description": summarize(flow),
        "entrypoint": f"src/{entry_point}.py:{entry_point}",
        "path": str(project),
        # A step and not the path alone, of which Prefect would make a copy for every run.
        "pull_steps": [
            {"prefect.deployments.steps.set_working_directory": {"directory": str(project)}}
        ],
        "parameter_openapi_schema": flow.parameters.model_dump(mode="json", exclude_unset=True),
        "enforce_parameter_schema": True,
        "job_variables": {"env": ENVIRONMENT},
    }


def register_deployment(
    client: "SyncPrefectClient", flow_name: str, name: str, fields: Mapping[str, Any]
) -> str:
    """Make a deployment, or bring the one of its name up to date.

    Args:
        client: Of the Prefect server.
        flow_name: The flow's name on the server.
        name: The deployment's name.
        fields: See :func:`describe_deployment`. All others, such as schedules that were made on
            the deployment's page, stay as they are.

    Returns:
        What was done: ``created``, ``updated`` or ``unchanged``.
    """
    from prefect.client.schemas.actions import DeploymentUpdate
    from prefect.exceptions import ObjectNotFound

    try:
        existing = client.read_deployment_by_name(f"{flow_name}/{name}")
    except ObjectNotFound:
        flow_id = client.create_flow_from_name(flow_name)
        client.create_deployment(flow_id=flow_id, name=name, **fields)
        return "created"
    known = existing.model_dump(mode="json")
    changed = {field: value for field, value in fields.items() if known[field] != value}
    if not changed:
        return "unchanged"
    client.update_deployment(existing.id, DeploymentUpdate(**changed))
    return "updated"
