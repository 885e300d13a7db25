import re
from collections.abc import Callable
from pathlib import Path

import pytest

RunCommand = Callable[..., tuple[object, str, str]]

TRAIN = """
    from prefect import flow

    import tasks

    @flow
    def train(batch_size: int = 32, note: str = "") -> dict[str, object]:
        if note == "fail":
            raise RuntimeError("out of\\nluck")
        return {"batch_size": batch_size, "note": note, "tasks": tasks.NAME}
"""


@pytest.fixture
def project(write_files: Callable[[dict[str, str]], Path]) -> Path:
    files = {"project/src/train.py": TRAIN, "project/src/tasks.py": "NAME = 'own'"}
    return write_files(files) / "project"


@pytest.mark.parametrize(
    ("options", "batch_size", "note"),
    [
        ([], 32, ""),
        (["-P", "batch_size=3"], 3, ""),
        (["-P", "batch-size=3", "--parameter", "note=a=b"], 3, "a=b"),
        (["-P", "batch_size=3", "-P", "batch_size=4"], 4, ""),
        (["--parameter=note=-x"], 32, "-x"),
    ],
)
@pytest.mark.usefixtures("prefect_server")
def test_an_entry_point_runs_with_its_parameters(
    run_command: RunCommand, project: Path, options: list[str], batch_size: int, note: str
) -> None:
    status, out, err = run_command("run", project, "train", *options)
    assert (status, err) == (0, "")
    lines = [f"batch_size  {batch_size}", f"note        {note}", "tasks       own"]
    assert out.splitlines() == lines


@pytest.mark.usefixtures("prefect_server")
def test_a_failure_of_the_flow_is_one_line(run_command: RunCommand, project: Path) -> None:
    status, out, err = run_command("run", project, "train", "-P", "note=fail")
    assert (status, out) == (1, "")
    assert err.startswith("error: RuntimeError: out of luck (")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "-P", "epochs"], "a parameter is given as NAME=VALUE, not 'epochs'"),
        (["train", "-P", "batchsize=1"], "train has no parameter 'batchsize'; did you mean"),
        (["train", "-P", "=1"], "train has no parameter ''; known: batch_size, note\n"),
        (["train", "-P", "batch_size=x"], "train: batch_size: Input should be a valid integer"),
        (["tran"], "no entry point 'tran' in "),
    ],
)
def test_bad_usage_is_one_line_and_a_status_of_two(
    run_command: RunCommand, project: Path, words: list[str], message: str
) -> None:
    status, out, err = run_command("run", project, *words)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


def test_a_folder_without_entry_points_is_bad_usage(
    run_command: RunCommand, tmp_path: Path
) -> None:
    status, out, err = run_command("run", tmp_path, "train")
    assert (status, out) == (2, "")
    assert err.startswith(f"error: no entry point in '{tmp_path}'; ")


def test_without_an_entry_point_those_of_the_project_are_listed(
    run_command: RunCommand, write_files: Callable[[dict[str, str]], Path]
) -> None:
    files = {"project/src/fit.py": 'def fit():\n    "Fit a model."', "project/src/bad.py": "1 +"}
    project = write_files(files) / "project"
    assert run_command("run", project) == (0, "bad\nfit  Fit a model.\n", "")


def test_the_help_of_an_entry_point_shows_its_parameters(
    run_command: RunCommand, project: Path
) -> None:
    status, out, err = run_command("run", project, "train", "--help")
    assert (status, err) == (0, "")
    assert "train [-P NAME=VALUE ...]" in out
    assert re.search(r"^batch_size=INTEGER +\(default: 32\)$", out, re.MULTILINE)


def test_the_help_of_the_command_shows_its_own(run_command: RunCommand) -> None:
    status, out, err = run_command("run", "--help")
    assert (status, err) == (0, "")
    assert out.startswith("Usage: dioptra run PROJECT [ENTRY_POINT] [-P NAME=VALUE ...]")


def test_without_words_the_entry_points_of_the_package_are_listed(run_command: RunCommand) -> None:
    status, out, err = run_command("run")
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == [
        "attack",
        "evaluate",
        "measure",
        "train",
    ]


def test_an_entry_point_of_the_package_needs_no_folder(run_command: RunCommand) -> None:
    status, out, _ = run_command("run", "evaluate", "--help")
    assert status == 0
    assert out.startswith("Usage: dioptra run evaluate [-P NAME=VALUE ...]\n")
    assert run_command("run", "dioptra:evasion")[1] == run_command("run")[1]


def test_a_folder_comes_before_an_entry_point_of_the_package(
    run_command: RunCommand,
    write_files: Callable[[dict[str, str]], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(write_files({"evaluate/src/train.py": TRAIN}))
    assert run_command("run", "evaluate")[1] == "train\n"


def test_an_unknown_project_of_the_package_is_told_those_that_are_there(
    run_command: RunCommand,
) -> None:
    status, _, err = run_command("run", "dioptra:evade", "evaluate")
    assert (status, err) == (
        2,
        "error: no project 'dioptra:evade' in the package; known: dioptra:evasion\n",
    )
