"""Runs the pages of the tests, in a repository of their own, as `make docs-test` runs the guide."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = Path(__file__).with_name("pages")
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the pages and a folder of two text files."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(PAGES, project, dirs_exist_ok=True)
    (project / "folder" / "deep").mkdir(parents=True)
    (project / "folder" / "one.txt").write_text("one\n")
    (project / "folder" / "deep" / "two.txt").write_text("two\n")
    (project / "folder" / "_hidden.txt").touch()
    (project / "ignored.txt").touch()
    (project / ".gitignore").write_text("ignored.txt\n")
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    return project


@pytest.fixture(scope="session")
def run_pages(project: Path) -> Run:
    """Runs pages with options of pytest."""

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-c", ROOT / "docs" / "pytest.ini"),
                *("--rootdir", project, *words),
            ],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(ROOT / "docs")},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
