"""The session of a page in a container."""

import sys
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))

from execution import container  # noqa: E402 - after the path is set
from execution.shell import Result, Shell, ShellEndedError  # noqa: E402


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    with container.open_session(ROOT) as shell:
        yield shell


def test_folder_and_variables_are_kept(shell: Shell) -> None:
    shell.run("cd src && export COLOUR=blue")
    assert shell.run("pwd; echo $COLOUR; cd ..") == Result("/workspace/checkout/src\nblue\n", 0)


def test_output_and_errors_come_in_their_order(shell: Shell) -> None:
    assert shell.run("echo 1; echo 2 >&2; echo 3; (exit 7)") == Result("1\n2\n3\n", 7)


def test_the_code_is_that_of_the_copy(shell: Shell) -> None:
    told = shell.run("python -c 'import dioptra, dioptra_builtins as b; print(dioptra, b)'").output
    assert "/workspace/checkout/src/dioptra/" in told
    assert "/workspace/checkout/task-plugins/dioptra_builtins" in told


def test_the_workspace_is_the_copy(shell: Shell) -> None:
    assert shell.run("echo ${DIOPTRA_WORKSPACE-unset}").output == "unset\n"


def test_the_system_is_read_only(shell: Shell) -> None:
    assert "Read-only file system" in shell.run("touch /etc/changed").output


def test_a_command_that_takes_too_long_ends_with_its_container() -> None:
    client = docker.from_env()
    with container.open_session(ROOT) as shell:
        name = shell.run("hostname").output.strip()
        assert client.containers.get(name)
        with pytest.raises(ShellEndedError, match="killed after 1 s"):
            shell.run("sleep 4321", timeout=1)
    with pytest.raises(docker.errors.NotFound):
        client.containers.get(name)
