"""Data sets are whole or not there."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

from dioptra.datasets import folders
from dioptra.datasets.folders import make_dataset
from dioptra.sdk.exceptions import DatasetError

IMAGES = np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2)
LABELS = np.array([7, 1, 7])
WHOLE = [
    "dataset.json",
    "testing/7/00000.png",
    "training/1/00001.png",
    "training/7/00000.png",
    "training/7/00002.png",
]
TOY = """
import os, signal, sys, time
from pathlib import Path
import numpy as np
from dioptra.datasets.folders import make_dataset

IMAGES = np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2)
LABELS = np.array([7, 1, 7])

def load(folder):
    return {"training": (IMAGES, LABELS), "testing": (IMAGES[:1], LABELS[:1])}
"""
# Ends in the middle, before the rename of that number.
KILLED = f"""{TOY}
left, rename = int(sys.argv[2]), Path.rename

def counted(path, target):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return rename(path, target)

Path.rename = counted
make_dataset(sys.argv[1], "toy", {{}}, load)
"""
SLOW = f"""{TOY}
def slowly(folder):
    print("loaded")
    time.sleep(1)
    return load(folder)

make_dataset(sys.argv[1], "toy", {{}}, slowly)
"""


def load(_folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {"training": (IMAGES, LABELS), "testing": (IMAGES[:1], LABELS[:1])}


def refuse(_folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    raise AssertionError("it is there already")


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_images_stand_in_the_folder_of_their_class_by_their_place(tmp_path: Path) -> None:
    make_dataset(tmp_path / "set", "toy", {}, load)
    assert names(tmp_path / "set") == WHOLE
    stored = np.asarray(Image.open(tmp_path / "set" / "training" / "1" / "00001.png"))
    assert stored.tolist() == IMAGES[1].tolist()


def test_the_manifest_counts_the_images_of_each_class(tmp_path: Path) -> None:
    make_dataset(tmp_path, "toy", {"licence": "CC0"}, load)
    assert json.loads((tmp_path / "dataset.json").read_text()) == {
        "name": "toy",
        "licence": "CC0",
        "images": {"training": {"1": 1, "7": 2}, "testing": {"7": 1}},
    }


def test_a_whole_set_is_not_made_again(tmp_path: Path) -> None:
    make_dataset(tmp_path, "toy", {}, load)
    assert make_dataset(tmp_path, "toy", {}, refuse) == tmp_path


def test_an_interrupted_start_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = folders._write_subset

    def interrupted(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
        written(folder, images, labels)
        if folder.name == "testing":
            raise KeyboardInterrupt

    monkeypatch.setattr(folders, "_write_subset", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make_dataset(tmp_path, "toy", {}, load)
    monkeypatch.undo()
    assert not (tmp_path / "training").exists()
    make_dataset(tmp_path, "toy", {}, load)
    assert len(names(tmp_path)) == 5


@pytest.mark.parametrize("moves", range(5))
def test_a_set_is_whole_after_a_process_that_is_killed_while_it_moves_folders(
    tmp_path: Path, moves: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(moves)], check=False, timeout=120
    )
    assert done.returncode == (-signal.SIGKILL if moves < 4 else 0)
    make_dataset(tmp_path, "toy", {}, load if moves == 0 else refuse)
    assert [name for name in names(tmp_path) if not name.startswith(".")] == WHOLE


def test_two_processes_at_once_make_one_whole_set(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SLOW, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate(timeout=120)[0] for process in processes)
    assert said == ["", "loaded\n"]
    assert [process.returncode for process in processes] == [0, 0]
    assert names(tmp_path) == WHOLE


def test_a_wait_for_another_process_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "PATIENCE", 0.1)
    with (
        FileLock(tmp_path / folders.LOCK),
        pytest.raises(DatasetError, match="another process has been making a data set"),
    ):
        make_dataset(tmp_path, "toy", {}, refuse)


def test_the_lock_of_a_process_that_was_killed_holds_nobody(tmp_path: Path) -> None:
    (tmp_path / folders.LOCK).touch()
    make_dataset(tmp_path, "toy", {}, load)
    assert names(tmp_path) == WHOLE


@pytest.mark.parametrize("stale", [".partial", folders.STAGING])
def test_a_folder_of_someone_else_beside_a_stale_start_is_left_alone(
    tmp_path: Path, stale: str
) -> None:
    for folder in ("training", f"{stale}/training"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "training" / "notes.txt").write_text("mine")
    with pytest.raises(DatasetError, match="did not make"):
        make_dataset(tmp_path, "toy", {}, refuse)
    assert (tmp_path / "training" / "notes.txt").read_text() == "mine"


def test_a_folder_of_someone_else_beside_a_start_that_was_all_written_is_left_alone(
    tmp_path: Path,
) -> None:
    make_dataset(tmp_path, "toy", {}, load)
    (tmp_path / folders.STAGING).mkdir()
    for name in ("training", "testing", "dataset.json"):
        (tmp_path / name).rename(tmp_path / folders.STAGING / name)
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "notes.txt").write_text("mine")
    with pytest.raises(DatasetError, match="did not make"):
        make_dataset(tmp_path, "toy", {}, refuse)
    assert (tmp_path / "training" / "notes.txt").read_text() == "mine"


def test_a_folder_that_was_changed_is_left_alone_where_its_sibling_has_gone(
    tmp_path: Path,
) -> None:
    make_dataset(tmp_path, "toy", {}, load)
    (tmp_path / "testing").rename(tmp_path / "elsewhere")
    extra = tmp_path / "training" / "7" / "mine.png"
    extra.write_bytes((tmp_path / "training" / "7" / "00000.png").read_bytes())
    with pytest.raises(DatasetError, match="does not hold the images that this command made"):
        make_dataset(tmp_path, "toy", {}, load)
    assert extra.is_file()


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '{"licence": "CC0"}', "\xff"])
def test_a_manifest_that_is_none_is_named_and_left_alone(tmp_path: Path, content: str) -> None:
    make_dataset(tmp_path, "toy", {}, load)
    (tmp_path / "dataset.json").write_text(content, encoding="latin-1")
    with pytest.raises(DatasetError, match=r"dataset\.json' is not the file of a data set"):
        make_dataset(tmp_path, "toy", {}, refuse)
    assert names(tmp_path) == WHOLE


def test_a_set_without_one_of_its_folders_is_made_again(tmp_path: Path) -> None:
    make_dataset(tmp_path, "toy", {}, load)
    (tmp_path / "testing").rename(tmp_path / "elsewhere")
    make_dataset(tmp_path, "toy", {}, load)
    assert (tmp_path / "testing" / "7" / "00000.png").is_file()


def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "notes.txt").write_text("mine")
    with pytest.raises(DatasetError, match="did not make"):
        make_dataset(tmp_path, "toy", {}, refuse)
    assert (tmp_path / "training" / "notes.txt").read_text() == "mine"


def test_another_set_in_the_folder_is_an_error(tmp_path: Path) -> None:
    make_dataset(tmp_path, "toy", {}, load)
    with pytest.raises(DatasetError, match="holds the data set 'toy', not 'mnist'"):
        make_dataset(tmp_path, "mnist", {}, refuse)


def test_a_full_disk_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> dict[str, int]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_write_subset", full)
    with pytest.raises(DatasetError, match="No space left on device; make room"):
        make_dataset(tmp_path, "toy", {}, load)
