import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dioptra.entrypoint.__main__ import run_file

GO = """
    from .tasks import answer
    from prefect import flow

    @flow
    def go(times: int = answer) -> None:
        ...
"""


def test_a_file_that_python_cannot_run_has_the_command_line_of_its_flow(
    write_project: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["__main__.py"])
    project = write_project(go=GO, tasks="answer = 42")
    with pytest.raises(SystemExit, match=r"^0$"):
        run_file([str(project / "src" / "go.py"), "--help"])
    shown = capsys.readouterr().out
    assert shown.startswith("usage: go.py [-h] [--debug] [--times INTEGER]")
    assert "(default: 42)" in shown


@pytest.mark.parametrize("words", [[], ["go.py"], ["project/src/go"], ["project/src/other.py"]])
def test_what_is_no_file_of_an_entry_point_is_refused(
    write_project: Callable[..., Path],
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = write_project(go=GO, tasks="answer = 42")
    (project.parent / "go.py").touch()
    monkeypatch.chdir(project.parent)
    with pytest.raises(SystemExit, match=r"^2$"):
        run_file(words)
    assert capsys.readouterr().err.startswith("error: no entry point ")
