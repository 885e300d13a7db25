"""Projects as a user writes them, and the command."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from dioptra.cli import main


@pytest.fixture(autouse=True)
def forget_modules(own_modules: None) -> None:
    """Every test's modules are its own."""


@pytest.fixture
def write_files(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Writes files from their texts by their path below the test's folder, which it returns."""

    def write(texts: dict[str, str]) -> Path:
        for name, text in texts.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def run_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[object, str, str]]:
    """Runs the command; gives its exit status and what it wrote to its two streams."""
    # Wide enough for what is written to stay on one line.
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: object) -> tuple[object, str, str]:
        status: object = 0
        try:
            main([str(word) for word in words])
        except SystemExit as error:
            status = error.code
        out, err = capsys.readouterr()
        return status, out, err

    return run
