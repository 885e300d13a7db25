# SPDX-License-Identifier: Apache-2.0
"""Everything that the Prefect server must know before entry points can be submitted."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dioptra.jobs.automations import register_automation
from dioptra.jobs.deployments import deployment_name, describe_deployment, register_deployment
from dioptra.jobs.heartbeats import SILENCE_SECONDS
from dioptra.jobs.pools import POOLS, make_pool
from dioptra.jobs.prefect_api import prefect_client
from dioptra.jobs.projects import find_projects
from dioptra.jobs.rules import make_automations


class Registered(NamedTuple):
    """One thing that the server knows now."""

    kind: str
    name: str
    change: str


def deploy(
    folders: Iterable[Path], pools: Sequence[str] = POOLS, silence: int = SILENCE_SECONDS
) -> Iterator[Registered]:
    """Register work pools, all entry points below folders, and automations.

    Once more, it changes nothing.

    Args:
        folders: Hold project folders, at paths that workers see too.
        pools: The names of the work pools, the default one first.
        silence: The seconds without a heartbeat after which a run has crashed.

    Yields:
        What was registered, and whether it was ``created``, ``updated`` or left ``unchanged``.

    Raises:
        EntryPointNotFoundError: A folder has no project.
        ProjectError: A file of a project cannot be imported.
        ServiceError: The server does not answer, or refuses something.
    """
    projects = find_projects(*folders)
    with prefect_client() as client:
        for pool in pools:
            change = "created" if make_pool(client, pool) else "unchanged"
            yield Registered("pool", pool, change)
        for project, flows in projects.items():
            for entry_point, flow in flows.items():
                for pool in pools:
                    name = deployment_name(project.name, pool, pools[0])
                    fields = describe_deployment(project, entry_point, flow, pool)
                    change = register_deployment(client, flow.name, name, fields)
                    yield Registered("deployment", f"{flow.name}/{name}", change)
        for automation in make_automations(silence):
            change = register_automation(client, automation)
            yield Registered("automation", automation.name, change)
