# SPDX-License-Identifier: Apache-2.0
"""Everything that may keep an examination waiting, asked at once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dioptra.doctor.commands import Answer, run
from dioptra.doctor.services import MLFLOW, PREFECT
from dioptra.doctor.visits import Visit, visit

COMMANDS = {
    "docker": ("docker", "version", "--format", "{{json .}}"),
    "info": ("docker", "info", "--format", "{{json .}}"),
    "compose": ("docker", "compose", "version", "--short"),
    "docker-compose": ("docker-compose", "version", "--short"),
    "buildx": ("docker", "buildx", "version"),
    "gpu": ("nvidia-smi", "-L"),
}
SERVICES = (MLFLOW, PREFECT)


@dataclass(frozen=True)
class Answers:
    """What this machine answered.

    Attributes:
        commands: Programs' answers, by the names of ``COMMANDS``.
        visits: What was found at the services' addresses.
    """

    commands: Mapping[str, Answer]
    visits: tuple[Visit, ...]


def gather(settings: Mapping[str, str]) -> Answers:
    """Ask programs and servers, within a few seconds.

    Args:
        settings: Values by name.

    Returns:
        The answers.
    """
    with ThreadPoolExecutor(len(COMMANDS) + len(SERVICES)) as pool:
        commands = {name: pool.submit(run, *words) for name, words in COMMANDS.items()}
        visits = [pool.submit(visit, service, settings) for service in SERVICES]
        return Answers(
            {name: answer.result() for name, answer in commands.items()},
            tuple(found.result() for found in visits),
        )
