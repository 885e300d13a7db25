from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dioptra.sdk.exceptions import DatasetError
from dioptra_builtins._array_images import (
    array_name,
    holds_arrays,
    scan_stored_images,
    write_arrays,
)
from dioptra_builtins._image_folders import list_images
from dioptra_builtins._image_reading import iterate_images
from dioptra_builtins.data.tensorflow import compare_image_folders, create_image_dataset

pytestmark = pytest.mark.usefixtures("tensorflow")
SIZE = (2, 3, 1)
NAMES = ("a/adv_1.npy", "a/adv_2.npy", "b/adv_1.npy")
SHARES = np.random.default_rng(0).random((3, *SIZE), np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in "ab":
        (tmp_path / "arrays" / name).mkdir(parents=True)
    write_arrays(tmp_path / "arrays", NAMES, SHARES)
    return tmp_path / "arrays"


def write_clean(root: Path, write_images: Callable[..., Path], pixels: NDArray[np.uint8]) -> Path:
    return write_images(root, dict(zip(("a/1.png", "a/2.png", "b/1.png"), pixels, strict=True)))


def test_numpy_loads_what_was_written(folder: Path) -> None:
    loaded = np.array([np.load(folder / name, allow_pickle=False) for name in NAMES])
    assert loaded.dtype == np.float32
    np.testing.assert_array_equal(loaded, SHARES)


def test_the_name_is_that_of_the_clean_image_with_another_suffix() -> None:
    assert array_name("7/00001.png") == "7/adv_00001.npy"
    assert array_name("7/a.b.PNG") == "7/adv_a.b.npy"


def test_a_folder_of_arrays_is_told_from_one_of_png_images(
    folder: Path, tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    clean = write_clean(tmp_path / "clean", write_images, np.zeros((3, 2, 3), np.uint8))
    assert holds_arrays(list_images(folder, (".npy",)))
    assert not holds_arrays(list_images(clean))
    assert scan_stored_images(clean, SIZE).names == ("a/1.png", "a/2.png", "b/1.png")


def test_a_folder_of_both_kinds_is_refused(folder: Path, write_images: Callable[..., Path]) -> None:
    write_images(folder, {"b/adv_2.png": np.zeros((2, 3), np.uint8)})
    with pytest.raises(DatasetError, match=r"and others, such as 'b/adv_2\.png'"):
        scan_stored_images(folder, SIZE)


def test_arrays_are_read_as_they_were_written(folder: Path) -> None:
    ((place, shares),) = iterate_images(scan_stored_images(folder, SIZE), SIZE)
    assert place == slice(0, 3)
    np.testing.assert_array_equal(shares, SHARES)


@pytest.mark.parametrize("rescale", [1 / 255, 2 / 255, 1])
def test_a_data_set_holds_the_pixel_values_of_arrays(folder: Path, rescale: float) -> None:
    dataset = create_image_dataset(folder, None, SIZE, 0, rescale, None, batch_size=2)
    images = np.concatenate([images for images, _ in dataset])
    np.testing.assert_array_equal(images, SHARES * np.float32(255 * rescale))
    assert dataset.class_names == ("a", "b")


def test_a_data_set_of_arrays_may_be_split(folder: Path) -> None:
    dataset = create_image_dataset(folder, "training", SIZE, 0, validation_split=0.4)
    assert sum(len(images) for images, _ in dataset) == 2


@pytest.mark.parametrize(
    "shares",
    [
        SHARES[0].astype(np.float64),
        SHARES[0].astype(np.float32)[..., 0],
        np.zeros((3, 2, 1), np.float32),
        np.zeros(SIZE, np.uint8),
    ],
)
def test_an_array_of_another_shape_or_type_is_named(
    folder: Path, shares: NDArray[np.float32]
) -> None:
    np.save(folder / "b" / "adv_1.npy", shares)
    with pytest.raises(DatasetError, match=r"b/adv_1.npy' is no image of float32 \[2, 3, 1\]"):
        scan_stored_images(folder, SIZE)


def test_an_array_that_is_cut_short_is_named(folder: Path) -> None:
    path = folder / "b" / "adv_1.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DatasetError, match=r"b/adv_1.npy' is no image .* cut short"):
        scan_stored_images(folder, SIZE)


def test_a_folder_in_place_of_an_array_is_named(folder: Path) -> None:
    (folder / "b" / "adv_2.npy").mkdir()
    with pytest.raises(DatasetError, match=r"b/adv_2.npy' is a folder where"):
        scan_stored_images(folder, SIZE)


@pytest.mark.parametrize("share", [np.nan, np.inf, -0.1, 1.1])
def test_a_share_outside_of_the_interval_is_an_error_that_names_the_file(
    folder: Path, share: float
) -> None:
    shares = SHARES[:1].copy()
    shares[0, 0, 0, 0] = share
    write_arrays(folder, ["a/adv_2.npy"], shares)
    with pytest.raises(DatasetError, match=r"a/adv_2.npy' is damaged"):
        list(iterate_images(scan_stored_images(folder, SIZE), SIZE))


def test_arrays_are_compared_with_their_clean_images(
    folder: Path, tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    pixels = np.full((3, 2, 3), 51, np.uint8)
    clean = write_clean(tmp_path / "clean", write_images, pixels)
    shares = np.full((3, *SIZE), np.float32(51) * np.float32(1 / 255), np.float32)
    shares[1, 0, 0, 0] += np.float32(0.00001)
    shares[2, 0, 0, 0] = 0.9
    write_arrays(folder, NAMES, shares)
    compared = compare_image_folders(clean, folder, SIZE)
    assert compared["n"] == 3
    assert compared["linf_max"] == pytest.approx(0.7, abs=1e-6)
    assert compared["unchanged_share"] == pytest.approx(1 / 3)


def test_arrays_are_compared_with_the_image_of_their_name(
    tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    # With .png, "a.o" comes first; with .npy, "a" does.
    images = {"x/a.png": 10, "x/a.o.png": 200, "y/1.png": 30}
    clean = write_images(
        tmp_path / "clean",
        {name: np.full((2, 3), pixel, np.uint8) for name, pixel in images.items()},
    )
    for name in "xy":
        (tmp_path / "adv" / name).mkdir(parents=True)
    shares = [np.full((1, *SIZE), pixel / 255, np.float32) for pixel in images.values()]
    write_arrays(tmp_path / "adv", list(map(array_name, images)), np.concatenate(shares))
    assert compare_image_folders(clean, tmp_path / "adv", SIZE)["unchanged_share"] == 1


def test_arrays_of_other_images_are_not_compared(
    folder: Path, tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    clean = write_clean(tmp_path / "clean", write_images, np.zeros((3, 2, 3), np.uint8))
    (folder / "a" / "adv_2.npy").unlink()
    with pytest.raises(DatasetError, match="2 and 3 images"):
        compare_image_folders(clean, folder, SIZE)
