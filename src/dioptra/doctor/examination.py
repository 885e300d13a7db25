# SPDX-License-Identifier: Apache-2.0
"""The examination: all checks of a machine, in the order in which one would mend it."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from dioptra.doctor.answers import Answers, gather
from dioptra.doctor.certificates import check_certificates
from dioptra.doctor.clock import check_clock
from dioptra.doctor.compose import check_buildx, check_compose
from dioptra.doctor.disk import check_disk, docker_folder
from dioptra.doctor.engine import check_engine, read_object
from dioptra.doctor.finding import Finding
from dioptra.doctor.gpu import check_gpu
from dioptra.doctor.hosts import check_hosts
from dioptra.doctor.memory import check_memory
from dioptra.doctor.ports import check_port, listening_program
from dioptra.doctor.proxies import check_proxies
from dioptra.doctor.python import check_libraries, check_python
from dioptra.doctor.servers import check_server, installed_version
from dioptra.doctor.services import read_credentials
from dioptra.doctor.settings import read_settings
from dioptra.doctor.visits import Visit
from dioptra.doctor.workers import check_workers
from dioptra.sdk.requirements import SUITE_LIBRARIES
from dioptra.sdk.workspace import find_workspace


def examine() -> list[Finding]:
    """Examine this machine, within a few seconds.

    Returns:
        The findings.
    """
    workspace = find_workspace()
    settings = read_settings(workspace / ".env", os.environ)
    answers = gather(settings)
    return [
        *_check_docker(answers),
        *_check_machine(answers, workspace),
        check_proxies(os.environ),
        check_certificates(os.environ),
        check_python(sys.version_info[:3]),
        check_libraries(SUITE_LIBRARIES),
        *(finding for found in answers.visits for finding in _check_service(found, settings)),
        check_clock(found.version for found in answers.visits if found.is_ours),
    ]


def _check_docker(answers: Answers) -> Iterator[Finding]:
    commands = answers.commands
    yield check_engine(commands["docker"])
    yield check_compose(commands["compose"], commands["docker-compose"])
    yield check_buildx(commands["buildx"], commands["docker"])


def _check_machine(answers: Answers, workspace: Path) -> Iterator[Finding]:
    import psutil

    docker = read_object(answers.commands["info"])
    folder = docker_folder(str(docker.get("DockerRootDir") or ""))
    yield check_disk("disk of Docker", folder, "docker system prune, or a larger disk")
    yield check_disk("disk of workspace", workspace, "delete what is old in results and data")
    yield check_memory(psutil.virtual_memory().total, int(docker.get("MemTotal") or 0))
    yield check_gpu(answers.commands["gpu"], docker)


def _check_service(found: Visit, settings: Mapping[str, str]) -> Iterator[Finding]:
    if found.port is None:
        yield check_port(found, "")
        return
    taken = found.health.listening and not found.is_ours
    yield check_port(found, listening_program(found.port) if taken else "")
    yield check_server(
        found,
        locked=installed_version(found.service.name),
        has_credentials=read_credentials(found.service, settings) is not None,
    )
    if found.asks_credentials:
        return
    if found.hosts:
        yield check_hosts(found.hosts)
    if found.workers:
        yield check_workers(found.workers)
