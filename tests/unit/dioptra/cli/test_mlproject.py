from collections.abc import Callable
from pathlib import Path

import pytest

RunCommand = Callable[..., tuple[object, str, str]]

TRAIN = """
    from prefect import flow

    @flow
    def train(epochs: int = 30) -> None:
        ...
"""


@pytest.fixture
def project(write_files: Callable[[dict[str, str]], Path]) -> Path:
    return write_files({"project/src/train.py": TRAIN}) / "project"


def test_the_file_is_written(run_command: RunCommand, project: Path) -> None:
    assert run_command("mlproject", project) == (0, f"{project}/MLproject\n", "")
    text = (project / "MLproject").read_text()
    assert "command: python src/train.py --epochs {epochs}\n" in text


def test_a_file_that_was_just_written_is_up_to_date(run_command: RunCommand, project: Path) -> None:
    run_command("mlproject", project)
    assert run_command("mlproject", "--check", project) == (0, "", "")


@pytest.mark.parametrize("text", [None, "", "name: project\n"])
def test_a_file_that_is_stale_or_missing_is_an_error_and_left_as_it_is(
    run_command: RunCommand, project: Path, text: str | None
) -> None:
    file = project / "MLproject"
    if text is not None:
        file.write_text(text)
    status, out, err = run_command("mlproject", project, "--check")
    assert (status, out) == (1, "")
    assert err == f"error: {file} is not up to date; run: dioptra mlproject {project}\n"
    assert (file.read_text() if file.exists() else None) == text


def test_a_stale_file_is_written_anew(run_command: RunCommand, project: Path) -> None:
    (project / "MLproject").write_text("old")
    assert run_command("mlproject", project)[0] == 0
    assert run_command("mlproject", project, "--check")[0] == 0


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_a_folder_without_entry_points_is_bad_usage(
    run_command: RunCommand, tmp_path: Path, options: list[str]
) -> None:
    status, out, err = run_command("mlproject", tmp_path / "nowhere", *options)
    assert (status, out) == (2, "")
    assert err == f"error: no entry point in '{tmp_path}/nowhere': no such folder\n"
