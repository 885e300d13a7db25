"""scikit-learn's digits."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from dioptra.datasets import digits, make_digits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_digits(tmp_path_factory.mktemp("digits"))


def test_no_image_is_left_out(folder: Path) -> None:
    assert len(list(folder.glob("*/*/*.png"))) == len(load_digits().images) == 1797


def test_a_fifth_of_each_class_is_for_testing(folder: Path) -> None:
    images = json.loads((folder / "dataset.json").read_text())["images"]
    for digit in map(str, range(10)):
        n = images["testing"][digit] + images["training"][digit]
        assert abs(images["testing"][digit] - n / 5) < 1


def test_images_are_28_by_28_grey_bytes(folder: Path) -> None:
    with Image.open(next(folder.glob("training/3/*.png"))) as image:
        assert image.mode == "L"
        assert image.size == (28, 28)


def test_black_and_white_stay_black_and_white() -> None:
    scaled = digits._scale(np.stack([np.zeros((8, 8)), np.full((8, 8), 16)]))
    assert scaled[0].max() == 0
    assert scaled[1].min() == 255
