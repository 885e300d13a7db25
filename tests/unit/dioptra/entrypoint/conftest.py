"""Projects as a user writes them."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest


@pytest.fixture(autouse=True)
def forget_modules(own_modules: None) -> None:
    """Every test's modules are its own."""


@pytest.fixture
def write_project(tmp_path: Path) -> Callable[..., Path]:
    """Writes a project folder from the texts of the files in its folder ``src``."""

    def write(name: str = "project", **texts: str) -> Path:
        source = tmp_path / name / "src"
        source.mkdir(parents=True)
        for stem, text in texts.items():
            (source / f"{stem}.py").write_text(dedent(text), encoding="utf-8")
        return source.parent

    return write
