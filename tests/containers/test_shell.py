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


def test_a_manifest_made_in_it_names_the_image(clone: Path) -> None:
    words = ["docker", "image", "inspect", "--format", "{{.Id}}", "dioptra/worker-cpu:dev"]
    digest = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    assert run(clone, "printenv", "DIOPTRA_IMAGE_DIGEST") == digest


def test_a_manifest_made_in_it_names_the_revision_of_the_clone(clone: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-C", str(clone)]
    for words in (["init", "--quiet"], ["add", "docker"], ["commit", "--quiet", "--message=a"]):
        subprocess.run([*git, *words], check=True)
    words = [*git, "rev-parse", "HEAD"]
    revision = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    assert run(clone, "printenv", "DIOPTRA_REVISION") == revision
    (clone / "docker/shell").write_text((clone / "docker/shell").read_text() + "\n")
    assert run(clone, "printenv", "DIOPTRA_REVISION") == f"{revision.strip()}+\n"


def test_what_it_writes_stays_and_belongs_to_who_started_it(clone: Path) -> None:
    assert run(clone, "dioptra", "data", "digits", "data/digits") == "data/digits\n"
    assert (clone / "data/digits/testing").stat().st_uid == os.getuid()
