import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dioptra.sdk.exceptions import DatasetError
from dioptra_builtins import _image_reading
from dioptra_builtins._image_folders import ImageFolder, scan_image_folder
from dioptra_builtins._image_reading import iterate_images, naming_unreadable_images

pytestmark = pytest.mark.usefixtures("tensorflow")
SIZE = (8, 8, 1)


@pytest.fixture
def folder(tmp_path: Path, write_images: Callable[..., Path]) -> ImageFolder:
    rng = np.random.default_rng(0)
    names = [f"{name}/{number}.png" for name in "ab" for number in range(5)]
    images = {name: rng.integers(0, 256, (8, 8), np.uint8) for name in names}
    return scan_image_folder(write_images(tmp_path / "images", images), SIZE)


def damage(path: str) -> None:
    content = bytearray(Path(path).read_bytes())
    content[content.index(b"IDAT") + 10] ^= 0xFF
    Path(path).write_bytes(content)


def test_grey_images_are_read_as_pillow_decodes_them(folder: ImageFolder) -> None:
    ((place, images),) = iterate_images(folder, SIZE)
    assert place == slice(0, 10)
    assert images.dtype == np.uint8
    expected = [np.asarray(Image.open(path))[..., np.newaxis] for path in folder.paths]
    np.testing.assert_array_equal(images, expected)


def test_rgb_images_are_read_as_pillow_decodes_them(
    tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    rng = np.random.default_rng(1)
    images = {f"{name}/1.png": rng.integers(0, 256, (4, 6, 3), np.uint8) for name in "ab"}
    folder = scan_image_folder(write_images(tmp_path / "images", images), (4, 6, 3))
    ((_, read),) = iterate_images(folder, (4, 6, 3))
    np.testing.assert_array_equal(read, list(images.values()))


def test_a_folder_is_read_in_chunks_and_the_last_one_is_smaller(
    folder: ImageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((_, whole),) = iterate_images(folder, SIZE)
    monkeypatch.setattr(_image_reading, "CHUNK", 4)
    places, chunks = zip(*iterate_images(folder, SIZE), strict=True)
    assert places == (slice(0, 4), slice(4, 8), slice(8, 10))
    np.testing.assert_array_equal(np.concatenate(chunks), whole)


@pytest.mark.parametrize("chunk", range(1, 11))
def test_chunks_of_every_size_hold_their_images_in_order(
    chunk: int, folder: ImageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [np.asarray(Image.open(path))[..., np.newaxis] for path in folder.paths]
    monkeypatch.setattr(_image_reading, "CHUNK", chunk)
    chunks = [images for _, images in iterate_images(folder, SIZE)]
    assert [len(images) for images in chunks[:-1]] == [chunk] * (len(chunks) - 1)
    np.testing.assert_array_equal(np.concatenate(chunks), expected)


def test_an_image_that_cannot_be_decoded_is_named(folder: ImageFolder) -> None:
    damage(folder.paths[7])
    with pytest.raises(DatasetError) as caught:
        list(iterate_images(folder, SIZE))
    assert f"the image {folder.paths[7]!r} is damaged" in str(caught.value)


def test_an_image_that_has_gone_since_it_was_listed_is_named(folder: ImageFolder) -> None:
    Path(folder.paths[3]).unlink()
    with pytest.raises(DatasetError) as caught:
        list(iterate_images(folder, SIZE))
    assert repr(folder.paths[3]) in str(caught.value)


def test_an_error_of_tensorflow_that_is_not_about_an_image_stays_as_it_is(
    folder: ImageFolder,
) -> None:
    import tensorflow as tf

    with pytest.raises(tf.errors.InvalidArgumentError), naming_unreadable_images(folder.paths):
        tf.constant([1.0, 2.0]) + tf.constant([1.0, 2.0, 3.0])


def test_a_name_that_is_not_utf_8_is_read_and_so_is_the_next_folder(
    folder: ImageFolder,
) -> None:
    root = folder.root
    odd = root / os.fsdecode(b"caf\xe9")
    odd.mkdir()
    for name in folder.names:
        shutil.copy(root / name, odd / Path(name).name)
    files = tuple(sorted(f"{odd.name}/{path.name}" for path in odd.iterdir()))
    odd_folder = ImageFolder(root, (odd.name,), files, (0,) * len(files))
    for asked in (odd_folder, folder):
        read = np.concatenate([images for _, images in iterate_images(asked, SIZE)])
        expected = [np.asarray(Image.open(path)) for path in asked.paths]
        np.testing.assert_array_equal(read[..., 0], expected)
