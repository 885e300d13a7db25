"""Data sets are whole or not there."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dioptra.datasets import folders
from dioptra.datasets.folders import make_dataset
from dioptra.sdk.exceptions import DatasetError

IMAGES = np.arange(3 * 4, dtype=np.uint8).reshape(3, 2, 2)
LABELS = np.array([7, 1, 7])


def load(_folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {"training": (IMAGES, LABELS), "testing": (IMAGES[:1], LABELS[:1])}


def refuse(_folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    raise AssertionError("it is there already")


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_images_stand_in_the_folder_of_their_class_by_their_place(tmp_path: Path) -> None:
    make_dataset(tmp_path / "set", "toy", {}, load)
    assert names(tmp_path / "set") == [
        "dataset.json",
        "testing/7/00000.png",
        "training/1/00001.png",
        "training/7/00000.png",
        "training/7/00002.png",
    ]
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

    def interrupted(folder: Path, images: np.ndarray, labels: np.ndarray) -> dict[str, int]:
        written(folder, images, labels)
        if folder.name == "testing":
            raise KeyboardInterrupt
        return {}

    monkeypatch.setattr(folders, "_write_subset", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make_dataset(tmp_path, "toy", {}, load)
    monkeypatch.undo()
    assert not (tmp_path / "training").exists()
    make_dataset(tmp_path, "toy", {}, load)
    assert len(names(tmp_path)) == 5


def test_half_of_the_folders_of_an_interrupted_start_is_no_set(tmp_path: Path) -> None:
    make_dataset(tmp_path, "toy", {}, load)
    (tmp_path / "dataset.json").unlink()
    (tmp_path / ".partial").mkdir()
    (tmp_path / "training" / "7" / "00000.png").unlink()
    make_dataset(tmp_path, "toy", {}, load)
    assert len(names(tmp_path)) == 5


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
