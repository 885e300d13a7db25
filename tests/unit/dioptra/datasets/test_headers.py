"""PNG files are whole, and nothing follows them."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dioptra.datasets.headers import check_headers, read_image_size
from dioptra.datasets.listing import list_images
from dioptra.sdk.exceptions import DatasetError

LARGE = np.random.default_rng(0).integers(0, 256, size=(300, 300), dtype=np.uint8)


def check(folder: Path, size: tuple[int, int, int] = (3, 2, 1)) -> None:
    check_headers(list_images(folder), size)


def write_large(folder: Path) -> Path:
    # More than one chunk of pixels, and more than is read at once.
    for path in folder.glob("*/*.png"):
        Image.fromarray(LARGE).save(path)
    return folder / "b" / "2.png"


def test_a_large_image_of_several_chunks_is_whole(folder: Path) -> None:
    assert write_large(folder).read_bytes().count(b"IDAT") > 1
    check(folder, (300, 300, 1))


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("surplus", [b"x", b"IEND\xaeB`\x82"])
def test_bytes_after_the_end_are_counted(folder: Path, is_large: bool, surplus: bytes) -> None:
    path = write_large(folder) if is_large else folder / "b" / "2.png"
    path.write_bytes(path.read_bytes() + surplus)
    with pytest.raises(DatasetError, match=rf"2\.png' is damaged: {len(surplus)} bytes follow"):
        check(folder, (300, 300, 1) if is_large else (3, 2, 1))


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("cut", [1, 8, 20])
def test_a_file_that_is_cut_short_is_named(folder: Path, is_large: bool, cut: int) -> None:
    path = write_large(folder) if is_large else folder / "b" / "2.png"
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(DatasetError, match=r"2\.png' is damaged: it is cut short"):
        check(folder, (300, 300, 1) if is_large else (3, 2, 1))


def test_an_end_with_a_wrong_checksum_is_no_end(folder: Path) -> None:
    path = folder / "b" / "2.png"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DatasetError, match="is damaged"):
        check(folder)


def test_a_png_within_the_texts_of_another_is_not_its_end(folder: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    path = folder / "b" / "2.png"
    text = PngInfo()
    text.add(b"prVW", path.read_bytes())
    Image.open(path).save(path, pnginfo=text)
    assert path.read_bytes().count(b"IEND") == 2
    check(folder)


def test_a_file_that_may_not_be_read_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, opened = list_images(folder), os.open

    def deny(path: str, *args: int, **options: int) -> int:
        if path == "b/1.png":
            raise PermissionError(13, "Permission denied", path)
        return opened(path, *args, **options)

    monkeypatch.setattr(os, "open", deny)
    path = str(folder / "b" / "1.png")
    with pytest.raises(DatasetError, match=f"cannot read the image {path!r}: Permission denied"):
        check_headers(images, (3, 2, 1))


def test_the_size_of_the_first_image_is_read(folder: Path) -> None:
    assert read_image_size(list_images(folder)) == (3, 2, 1)


def test_a_first_image_that_is_no_grey_or_rgb_has_no_size(folder: Path) -> None:
    Image.new("RGBA", (2, 3)).save(folder / "a" / "1.png")
    with pytest.raises(DatasetError, match="is RGBA; convert it to grey or RGB"):
        read_image_size(list_images(folder))
