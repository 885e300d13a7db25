"""The shell of a page."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from execution import host
from execution.shell import BASH, Result, Shell, ShellEndedError


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A shell in an empty folder."""
    shell = Shell(BASH, str(tmp_path), {"PATH": os.environ["PATH"]}, tmp_path)
    yield shell
    shell.kill()


def test_folder_and_variables_are_kept(shell: Shell) -> None:
    shell.run("mkdir deep && cd deep && export COLOUR=blue")
    assert shell.run("basename $PWD; echo $COLOUR") == Result("deep\nblue\n", 0)


def test_output_and_errors_come_in_their_order(shell: Shell) -> None:
    assert shell.run("echo 1; echo 2 >&2; echo 3; (exit 7)") == Result("1\n2\n3\n", 7)


def test_output_may_lack_its_last_newline(shell: Shell) -> None:
    assert shell.run("printf text").output == "text"


def test_a_command_may_have_many_lines(shell: Shell) -> None:
    assert shell.run("cat <<'END'\n$HOME 'x'\nEND").output == "$HOME 'x'\n"


def test_a_command_finds_nothing_to_read(shell: Shell) -> None:
    assert shell.run("cat").output == ""


def test_a_wrong_command_line_leaves_the_shell_alive(shell: Shell) -> None:
    assert shell.run("if").status == 2
    assert shell.run("echo alive").output == "alive\n"


def test_a_command_that_ends_the_shell_is_told(shell: Shell) -> None:
    with pytest.raises(ShellEndedError, match="ended the shell"):
        shell.run("exit 0")


def test_a_command_that_takes_too_long_is_killed_with_its_group(shell: Shell) -> None:
    started = time.monotonic()
    with pytest.raises(ShellEndedError, match="killed after 1 s") as caught:
        shell.run("sleep 4321 & echo before; sleep 4321", timeout=1)
    with pytest.raises(ShellEndedError, match="has ended"):
        shell.run("true")
    assert caught.value.output == "before\n"
    assert time.monotonic() - started < 30
    group = [process for process in psutil.process_iter() if is_of_group(process, shell)]
    # What was killed is listed until it is reaped.
    _, alive = psutil.wait_procs(group, timeout=30)
    assert alive == []


def is_of_group(process: psutil.Process, shell: Shell) -> bool:
    try:
        return os.getpgid(process.pid) == shell.process.pid and process.status() != "zombie"
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def test_a_session_leaves_neither_files_nor_processes(project: Path) -> None:
    with host.open_session(project) as shell:
        root = Path(shell.root)
        shell.run("setsid sleep 4321 &")
        pid = int(shell.run("echo $!").output)
        assert (root / "folder" / "one.txt").exists()
        assert not (root / "ignored.txt").exists()
    assert not root.exists()
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"


def test_a_page_sees_no_settings_of_its_caller(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIOPTRA_WORKSPACE", "/elsewhere")
    monkeypatch.setenv("DIOPTRA_MNIST_MIRRORS", "/mirror")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    with host.open_session(project) as shell:
        seen = shell.run('echo "$DIOPTRA_WORKSPACE,$PYTHONWARNINGS,$DIOPTRA_MNIST_MIRRORS"')
        path = shell.run("echo $PYTHONPATH").output.strip()
    assert seen.output == ",,/mirror\n"
    assert path == f"{shell.root}/src:{shell.root}/task-plugins"


def test_a_clone_of_the_project_is_one_of_the_checkout(project: Path) -> None:
    from execution.environment import REPOSITORY

    with host.open_session(project) as shell:
        done = shell.run(f"git clone {REPOSITORY} clone && git -C clone remote get-url origin")
    assert done.status == 0
    assert "empty repository" in done.output
