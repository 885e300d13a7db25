from collections.abc import Callable
from pathlib import Path

import pytest

from dioptra.entrypoint import make_mlproject

RunCommand = Callable[..., tuple[object, str, str]]


@pytest.mark.usefixtures("own_modules")
def test_a_project_is_made_with_its_project_file(run_command: RunCommand) -> None:
    status, out, err = run_command("new", "my-study")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "my-study/MLproject",
        "my-study/README.md",
        "my-study/src/experiment.py",
        "my-study/src/tasks.py",
        "my-study/tests/test_experiment.py",
        "run it: dioptra run my-study experiment",
    ]
    assert Path("my-study/MLproject").read_text() == make_mlproject("my-study")


def test_a_name_that_is_taken_is_one_line(run_command: RunCommand) -> None:
    Path("mine").mkdir()
    assert run_command("new", "mine", "--from", "evasion") == (
        2,
        "",
        "error: 'mine' is there already; choose another name\n",
    )
