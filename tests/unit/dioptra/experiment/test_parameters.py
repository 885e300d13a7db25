from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dioptra.experiment import Data
from dioptra.sdk.exceptions import DatasetError


@pytest.fixture
def make_data(tmp_path: Path) -> Callable[..., Data]:
    """Makes a data set with the folders that are named, each with one image of 4 x 6 pixels."""

    def make(*parts: str) -> Data:
        for part in parts:
            (tmp_path / part / "a").mkdir(parents=True)
            Image.fromarray(np.zeros((4, 6), np.uint8)).save(tmp_path / part / "a" / "0.png")
        return Data(data_dir=tmp_path)

    return make


def test_the_folder_of_a_data_set_is_absolute(
    make_data: Callable[..., Data], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_data("testing")
    monkeypatch.chdir(tmp_path.parent)
    assert Data(data_dir=Path(tmp_path.name)).find("testing") == tmp_path


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"no such folder: .*/lost"):
        Data(data_dir=tmp_path / "lost").find()


def test_a_part_that_is_missing_is_named(make_data: Callable[..., Data]) -> None:
    with pytest.raises(DatasetError, match="has no folder 'training'; a data set has"):
        make_data("testing").find("testing", "training")


def test_the_size_of_images_is_that_of_the_files_unless_it_is_said(
    make_data: Callable[..., Data], tmp_path: Path
) -> None:
    assert make_data("testing").find_image_size("testing") == (4, 6, 1)
    assert Data(data_dir=tmp_path, image_size=(8, 8, 3)).find_image_size("testing") == (8, 8, 3)
