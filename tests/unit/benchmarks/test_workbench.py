"""The folder of images that all contenders read."""

from pathlib import Path

import pytest

from benchmarks.workbench import make_subset


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for name in ("0", "1"):
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True)
        for number in range(3):
            (folder / f"{number}.png").write_text(f"{name} {number}")
    return tmp_path / "images"


def test_a_subset_has_as_many_of_each_class(images: Path, tmp_path: Path) -> None:
    made = make_subset(images, tmp_path / "subset", 4) / "testing"
    files = sorted(str(file.relative_to(made)) for file in made.rglob("*.png"))
    assert files == ["0/0.png", "0/1.png", "1/0.png", "1/1.png"]
    assert (made / "1" / "0.png").read_text() == "1 0"


def test_all_images_are_the_folder_itself(images: Path, tmp_path: Path) -> None:
    made = make_subset(images, tmp_path / "subset", 6)
    assert (made / "testing").resolve() == images
