import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from dioptra import __version__, datasets
from dioptra.cli import main
from dioptra.sdk.exceptions import DatasetError, ParameterError

RunCommand = Callable[..., tuple[object, str, str]]
COMMANDS = [
    "data",
    "deploy",
    "diff",
    "doctor",
    "mlproject",
    "models",
    "new",
    "plugins",
    "report",
    "reproduce",
    "run",
    "submit",
    "sweep",
]


def test_the_version_is_that_of_the_package(run_command: RunCommand) -> None:
    assert run_command("--version") == (0, f"{__version__}\n", "")


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_the_help_lists_the_commands(run_command: RunCommand, words: list[str]) -> None:
    status, out, err = run_command(*words)
    assert (status, err) == (0, "")
    assert "reproducible testbed" in out
    # The lines that go on with a description are indented.
    listed = re.findall(r"^│ ([a-z]+) ", out, re.MULTILINE)
    assert listed == COMMANDS


def test_completion_of_the_shell_can_be_installed(run_command: RunCommand) -> None:
    assert "--install-completion" in run_command("--help")[1]
    status, out, err = run_command("--install-completion", "--help")
    assert (status, err) == (0, "")
    assert "--shell" in out


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("data", ["digits", "mnist"]),
        ("data mnist", ["FOLDER", "--mirror", "DIOPTRA_MNIST_MIRRORS"]),
        ("data digits", ["FOLDER", "needs no network"]),
        ("diff", ["FIRST", "SECOND", "--tolerance"]),
        ("reproduce", ["RESULT", "--project", "-P", "--tolerance"]),
        ("doctor", ["ok, info, warn or fail", "exit status"]),
        ("plugins", ["list", "show"]),
        ("plugins list", ["PACKAGE", "DIOPTRA_PLUGIN_DIRS"]),
        ("plugins show", ["PACKAGE", "PLUGIN", "TASK"]),
        ("deploy", ["FOLDER", "--pool", "--silence", "fgm/PROJECT.POOL"]),
        ("mlproject", ["PROJECT", "--check"]),
        ("report", ["SOURCE", "--output", "default: results/RUN_ID"]),
        ("run", ["PROJECT", "ENTRY_POINT", "-P", "--parameter", "NAME=VALUE"]),
        ("sweep", ["PROJECT", "ENTRY_POINT", "--name", "--workers", "--pool", "-P"]),
        ("submit", ["PROJECT", "ENTRY_POINT", "--pool", "--watch", "-P", "NAME=VALUE"]),
    ],
)
def test_every_command_has_help(run_command: RunCommand, words: str, texts: list[str]) -> None:
    status, out, err = run_command(*words.split(), "--help")
    assert (status, err) == (0, "")
    assert f"Usage: dioptra {words}" in out
    assert [text for text in texts if text not in out] == []
    assert "--empty" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("plugin list", 'Unknown command "plugin". Did you mean "plugins"?'),
        ("plugins lst", 'Unknown command "lst". Did you mean "list"?'),
        ("submit .", 'Command "submit" parameter ENTRY_POINT requires an argument.'),
        ("run . x -P", 'Command "run" parameter -P requires an argument.'),
        ("data digits --fast x", "Unknown option: --fast."),
        ("report", 'Command "report" parameter SOURCE requires an argument.'),
    ],
)
def test_bad_usage_is_one_line_and_a_status_of_two(
    run_command: RunCommand, words: str, message: str
) -> None:
    status, out, err = run_command(*words.split())
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert err.endswith(" (try --help)\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (DatasetError("bad"), 1, "bad"),
        (ValueError("odd"), 1, "ValueError: odd (run it again with --debug to see where it happ"),
        (ParameterError("bad"), 2, "bad"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_a_failure_is_one_line_and_a_status(
    run_command: RunCommand,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    status: int,
    message: str,
) -> None:
    def fail(_folder: Path) -> NoReturn:
        raise error

    monkeypatch.setattr(datasets, "make_digits", fail)
    got, out, err = run_command("data", "digits", "x")
    assert (got, out) == (status, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words", [["--debug", "data", "digits", "x"], ["data", "digits", "x", "--debug"]]
)
@pytest.mark.parametrize("error", [ValueError("odd"), DatasetError("bad"), KeyboardInterrupt()])
def test_debugging_shows_the_traceback_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, words: list[str], error: BaseException
) -> None:
    def fail(_folder: Path) -> NoReturn:
        raise error

    monkeypatch.setattr(datasets, "make_digits", fail)
    with pytest.raises(type(error)) as caught:
        main(words)
    assert caught.value is error


def test_debugging_shows_the_traceback_of_bad_usage() -> None:
    with pytest.raises(ParameterError, match="Unknown command") as caught:
        main(["nothing", "--debug"])
    assert caught.value.__cause__ is not None


def test_the_command_line_is_that_of_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["dioptra", "--version"])
    main()
    assert capsys.readouterr() == (f"{__version__}\n", "")


@pytest.mark.parametrize(
    ("word", "status", "out", "err"),
    [("--version", 0, f"{__version__}\n", ""), ("nothing", 2, "", "error: Unknown command")],
)
def test_the_command_is_installed(word: str, status: int, out: str, err: str) -> None:
    command = Path(sys.executable).with_name("dioptra")
    done = subprocess.run([command, word], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, out)
    assert done.stderr.startswith(err)
    assert "Traceback" not in done.stderr
