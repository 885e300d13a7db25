from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dioptra.datasets.pictures import Header, PictureError, Wanted, read_header, read_picture
from dioptra.sdk.exceptions import DatasetError

# A picture of two rows and three columns, each pixel of another grey.
PIXELS = np.array([[0, 50, 100], [150, 200, 250]], dtype=np.uint8)
GREY = Wanted((2, 3), "grey")
RGB = Wanted((2, 3), "rgb")


def save(folder: Path, name: str, image: Image.Image, **options: Any) -> Path:
    path = folder / name
    image.save(path, **options)
    return path


def read(path: Path, wanted: Wanted) -> tuple[Any, list[str]]:
    image, changes = read_picture(path, wanted)
    return np.asarray(image).tolist(), changes


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.png", {}),
        ("x.bmp", {}),
        ("x.tif", {}),
        ("x.TIFF", {"compression": "tiff_lzw"}),
        ("x.webp", {"lossless": True}),
    ],
)
def test_a_grey_picture_without_loss_is_what_it_was(
    tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    path = save(tmp_path, name, Image.fromarray(PIXELS), **options)
    pixels, changes = read(path, GREY)
    assert pixels == PIXELS.tolist()
    # WebP has no grey of its own.
    assert changes == (["made grey"] if name == "x.webp" else [])


@pytest.mark.parametrize("suffix", ["jpg", "JPEG"])
def test_a_jpeg_is_read(tmp_path: Path, suffix: str) -> None:
    path = save(tmp_path, f"x.{suffix}", Image.new("RGB", (3, 2), (255, 0, 0)))
    pixels, changes = read(path, RGB)
    assert np.abs(np.array(pixels) - [255, 0, 0]).max() <= 2
    assert changes == []


def test_a_header_says_size_and_colours(tmp_path: Path) -> None:
    grey = save(tmp_path, "grey.png", Image.fromarray(PIXELS))
    assert read_header(grey) == Header(2, 3, is_grey=True)
    palette = save(tmp_path, "p.png", Image.new("P", (5, 4)))
    assert read_header(palette) == Header(4, 5, is_grey=False)


@pytest.mark.parametrize(
    ("name", "options"),
    [("x.tif", {"compression": "tiff_lzw"}), ("x.png", {}), ("x.jpg", {})],
)
def test_a_picture_is_turned_as_its_exif_says(
    tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    exif = Image.Exif()
    # The camera was held so that the left edge is the top.
    exif[0x0112] = 6
    pixels = np.kron(PIXELS, np.ones((8, 8), dtype=np.uint8))
    path = save(tmp_path, name, Image.fromarray(pixels), exif=exif, **options)
    assert read_header(path) == Header(24, 16, is_grey=True)
    turned, changes = read(path, Wanted((24, 16), "grey"))
    # A JPEG has a little loss.
    assert np.abs(np.array(turned) - np.rot90(pixels.astype(int), k=-1)).max() <= 2
    assert changes == ["turned as their EXIF says"]


def test_a_turned_tiff_that_pillow_reads_wrongly_is_refused(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    path = save(tmp_path, "x.tif", Image.fromarray(PIXELS), exif=exif)
    with pytest.raises(PictureError, match="would be read wrongly; turn its"):
        read_header(path)


def test_of_sixteen_bits_the_higher_eight_are_kept(tmp_path: Path) -> None:
    path = save(tmp_path, "x.png", Image.fromarray(PIXELS.astype(np.uint16) * 256 + 255))
    pixels, changes = read(path, GREY)
    assert pixels == PIXELS.tolist()
    assert changes == ["of 16 bits a channel, of which the higher 8 are kept"]


def test_a_palette_is_looked_up(tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 1, 0], [1, 1, 0]], dtype=np.uint8), mode="P")
    image.putpalette([255, 0, 0, 0, 0, 255])
    pixels, changes = read(save(tmp_path, "x.png", image), RGB)
    assert pixels[0] == [[255, 0, 0], [0, 0, 255], [255, 0, 0]]
    assert changes == ["converted from a palette"]


def test_an_alpha_channel_that_hides_nothing_goes(tmp_path: Path) -> None:
    path = save(tmp_path, "x.png", Image.new("RGBA", (3, 2), (1, 2, 3, 255)))
    pixels, changes = read(path, RGB)
    assert pixels[0][0] == [1, 2, 3]
    assert changes == ["with an alpha channel that hides nothing"]


@pytest.mark.parametrize(
    ("ground", "expected"), [("black", [100, 0, 0]), ("white", [227, 127, 127])]
)
def test_what_is_transparent_is_put_on_the_ground(
    tmp_path: Path, ground: Any, expected: list[int]
) -> None:
    path = save(tmp_path, "x.png", Image.new("RGBA", (3, 2), (200, 0, 0, 128)))
    pixels, changes = read(path, Wanted((2, 3), "rgb", ground=ground))
    assert pixels[0][0] == expected
    assert changes == [f"put on a {ground} ground"]


def test_what_is_transparent_is_refused_without_a_ground(tmp_path: Path) -> None:
    path = save(tmp_path, "x.png", Image.new("LA", (3, 2), (200, 128)))
    with pytest.raises(DatasetError, match=r"x\.png' is transparent in part; .* --ground"):
        read_picture(path, GREY)


def test_colours_are_made_grey_and_grey_is_made_colours(tmp_path: Path) -> None:
    coloured = save(tmp_path, "c.png", Image.new("RGB", (3, 2), (255, 0, 0)))
    # Red has 299 of 1000 parts of the brightness (ITU-R BT.601).
    assert read(coloured, GREY)[0][0][0] == round(255 * 0.299)
    grey = save(tmp_path, "g.png", Image.fromarray(PIXELS))
    pixels, changes = read(grey, RGB)
    assert pixels[0][1] == [50, 50, 50]
    assert changes == ["made RGB"]


def test_cmyk_is_converted_and_told(tmp_path: Path) -> None:
    path = save(tmp_path, "x.tif", Image.new("CMYK", (3, 2), (0, 255, 255, 0)))
    pixels, changes = read(path, RGB)
    assert pixels[0][0] == [255, 0, 0]
    assert changes == ["converted from CMYK"]


@pytest.mark.parametrize(
    ("fit", "change", "left"),
    [
        ("crop", "cropped to the shape, and resized", 100),
        ("pad", "resized, with bars", 0),
        ("stretch", "resized", 50),
    ],
)
def test_another_shape_is_made_to_fit(tmp_path: Path, fit: Any, change: str, left: int) -> None:
    # Wide: a quarter of 50, half of 100, a quarter of 50.
    pixels = np.repeat(np.array([[50] * 8 + [100] * 16 + [50] * 8], dtype=np.uint8), 16, axis=0)
    path = save(tmp_path, "x.png", Image.fromarray(pixels))
    made, changes = read(path, Wanted((16, 16), "grey", fit=fit))
    row = made[0] if fit == "pad" else made[8]
    assert np.shape(made) == (16, 16)
    assert (row[0], changes) == (left, [change])


def test_the_same_shape_is_resized(tmp_path: Path) -> None:
    path = save(tmp_path, "x.png", Image.new("L", (30, 20), 7))
    made, changes = read(path, GREY)
    assert (made, changes) == ([[7] * 3] * 2, ["resized"])


def test_the_first_picture_of_a_telephone_is_taken(tmp_path: Path) -> None:
    small = Image.new("RGB", (1, 1))
    path = tmp_path / "x.jpg"
    Image.new("RGB", (3, 2), (0, 0, 255)).save(
        path, format="MPO", save_all=True, append_images=[small]
    )
    assert read_header(path) == Header(2, 3, is_grey=False)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.png", b"", "is none of BMP, JPEG, PNG, TIFF, WEBP"),
        ("x.jpg", b"<html>no picture</html>", "is none of BMP"),
    ],
)
def test_what_is_no_picture_is_said_to_be_none(
    tmp_path: Path, name: str, text: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(text)
    for read_it in (read_header, lambda path: read_picture(path, GREY)):
        with pytest.raises(PictureError, match=message):
            read_it(tmp_path / name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data[:-14], "is damaged: it is cut short"),
        (lambda data: data + b"<script>", "is damaged: 8 bytes follow its end"),
    ],
)
def test_a_png_is_read_up_to_its_end(tmp_path: Path, change: Any, message: str) -> None:
    path = save(tmp_path, "x.png", Image.fromarray(PIXELS))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(PictureError, match=message):
        read_picture(path, GREY)


def test_a_picture_that_is_cut_short_cannot_be_read(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), dtype=np.uint8)
    path = save(tmp_path, "x.png", Image.fromarray(noise))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(PictureError, match="cannot be read: "):
        read_picture(path, GREY)


def test_what_moves_is_no_image(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (3, 2), (value, 0, 0)) for value in (0, 99)]
    frames[0].save(tmp_path / "x.webp", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureError, match="has 2 frames, and an image is one"):
        read_header(tmp_path / "x.webp")


def test_thirty_two_bits_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path, "x.tif", Image.fromarray(PIXELS.astype(np.float32)))
    with pytest.raises(PictureError, match="has 32 bits a channel"):
        read_picture(path, GREY)


def test_a_picture_of_too_many_pixels_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(tmp_path, "x.png", Image.fromarray(PIXELS))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 5)
    with pytest.raises(PictureError, match="cannot be read: Image size"):
        read_header(path)
