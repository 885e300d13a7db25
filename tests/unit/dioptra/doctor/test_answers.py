import socket
from collections.abc import Callable
from pathlib import Path

from dioptra.doctor.answers import COMMANDS, gather


def test_every_program_and_server_is_asked(programs: Callable[..., Path]) -> None:
    programs(docker='echo "docker $1"', docker_compose='echo "compose $1"')
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = str(bound.getsockname()[1])
        answers = gather({"MLFLOW_PORT": port, "PREFECT_PORT": port})
    assert list(answers.commands) == list(COMMANDS)
    assert answers.commands["buildx"].out == "docker buildx"
    assert answers.commands["docker-compose"].out == "compose version"
    assert not answers.commands["gpu"].installed
    assert [found.service.name for found in answers.visits] == ["mlflow", "prefect"]
