"""``docker/shell``: the worker's image on the files of a clone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGIN = '''\
"""Operations on values."""

from dioptra import pyplugs


@pyplugs.register
def add_values(x: float, y: float) -> float:
    """Add two values."""
    return x + y
'''


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("docker", "src", "task-plugins"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def run(clone: Path, *words: str) -> str:
    done = subprocess.run(
        [clone / "docker" / "shell", *words], check=True, capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.stdout


def test_a_plugin_that_is_written_on_the_host_can_be_called(clone: Path) -> None:
    (clone / "task-plugins/dioptra_builtins/data/ops.py").write_text(PLUGIN)
    call = "pyplugs.call('dioptra_builtins.data', 'ops', 'add_values', 1, 2)"
    code = f"from dioptra import pyplugs; print({call})"
    assert run(clone, "python", "-c", code) == "3\n"
    assert "add_values" in run(clone, "dioptra", "plugins", "list", "dioptra_builtins.data")


def test_what_it_writes_stays_and_belongs_to_who_started_it(clone: Path) -> None:
    assert run(clone, "dioptra", "data", "digits", "data/digits") == "data/digits\n"
    assert (clone / "data/digits/testing").stat().st_uid == os.getuid()
