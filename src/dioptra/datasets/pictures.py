# SPDX-License-Identifier: Apache-2.0
"""One picture as a camera or a program has stored it, made an image of a data set.

What is changed on the way is told, each kind in a few words; what cannot be read is an error.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dioptra.datasets.headers import SIGNATURE, measure_surplus
from dioptra.sdk.exceptions import DatasetError

if TYPE_CHECKING:
    from PIL.Image import Image

Fit = Literal["crop", "pad", "stretch"]
Color = Literal["grey", "rgb"]
Ground = Literal["black", "white"]

FORMATS = ("BMP", "JPEG", "PNG", "TIFF", "WEBP")
SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
GREY = ("1", "L", "LA", "I;16", "I;16B", "I;16L", "I;16N")
MODES = {"grey": "L", "rgb": "RGB"}
# EXIF's tag, and the values of it that exchange height and width.
ORIENTATION = 0x0112
TURNED = (5, 6, 7, 8)
# Where a PNG file says how many bits a channel has.
DEPTH = 24
SIXTEEN = 16
SHORTENED = "of 16 bits a channel, of which the higher 8 are kept"


class PictureError(DatasetError):
    """A picture cannot be read; the message says why, and not which it is."""


@dataclass(frozen=True)
class Header:
    """What the first bytes of a picture say: its size as it is looked at, and if it is grey."""

    height: int
    width: int
    is_grey: bool


@dataclass(frozen=True)
class Wanted:
    """What pictures are made into.

    Attributes:
        size: Height and width in pixels.
        color: The colours of all images.
        fit: What happens to a picture of another shape: its middle is cut out (crop), bars are
            added (pad), or it is drawn out (stretch). None where all are of the same shape.
        ground: The colour behind what is transparent, and of bars. None where neither is there.
    """

    size: tuple[int, int]
    color: Color
    fit: Fit | None = None
    ground: Ground | None = None


def read_header(path: Path) -> Header:
    """Read what a picture is, without its pixels.

    Args:
        path: The file.

    Returns:
        Its size and whether it is grey. What has a palette counts as coloured.

    Raises:
        PictureError: It cannot be read as BMP, JPEG, PNG, TIFF or WebP.
    """
    with _reading(path), _open(path) as image:
        height, width = image.height, image.width
        # Of TIFF, Pillow gives the size after the turn, and turns it by itself.
        if image.format != "TIFF" and _find_orientation(image) in TURNED:
            height, width = width, height
        return Header(height, width, image.mode in GREY)


def read_picture(path: Path, wanted: Wanted) -> tuple["Image", list[str]]:
    """Read a picture, and make it an image of a data set.

    Of 16 bits a channel, the higher 8 are kept. Colour profiles are not applied.

    Args:
        path: The file.
        wanted: What it is to be.

    Returns:
        The image, of mode ``L`` or ``RGB`` and the size that is wanted, and what was changed.

    Raises:
        PictureError: It cannot be read.
        DatasetError: It is transparent in part, and no ground is given.
    """
    from PIL import ImageOps

    changes: list[str] = []
    with _reading(path), _open(path) as opened:
        if _find_orientation(opened) != 1:
            changes.append("turned as their EXIF says")
        opened.load()
        image = opened if opened.format == "TIFF" else ImageOps.exif_transpose(opened)
    image = _reduce_depth(path, image, changes)
    image = _fill_ground(path, image, wanted, changes)
    image = _convert_colors(image, wanted, changes)
    return _resize(image, wanted, changes), changes


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    from PIL import UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # Such as that of so many pixels that they may be meant to fill the memory.
            warnings.simplefilter("error")
            yield
    except UnidentifiedImageError as error:
        raise PictureError(f"is none of {', '.join(FORMATS)}") from error
    except DatasetError:
        raise
    except Exception as error:
        # Its libraries raise errors of all kinds over a damaged file.
        said = " ".join(str(error).replace(str(path), path.name).split())
        raise PictureError(f"cannot be read: {said or type(error).__name__}") from error


def _open(path: Path) -> "Image":
    from PIL import Image

    image = Image.open(path, formats=FORMATS)
    frames = getattr(image, "n_frames", 1)
    if (
        image.format == "TIFF"
        and image.info.get("compression") == "raw"
        and _find_orientation(image) in TURNED
    ):
        # Pillow 13.0 mixes up its rows and columns.
        image.close()
        raise PictureError(
            "is a turned TIFF without compression, which would be read wrongly; turn its pixels"
        )
    # A telephone's JPEG may hold a smaller copy of itself after it.
    if frames > 1 and image.format != "MPO":
        image.close()
        raise PictureError(f"has {frames} frames, and an image is one")
    return image


def _find_orientation(image: "Image") -> int:
    return int(image.getexif().get(ORIENTATION, 1))


def _reduce_depth(path: Path, image: "Image", changes: list[str]) -> "Image":
    import numpy as np
    from PIL import Image

    with path.open("rb") as file:
        start = file.read(DEPTH + 1)
    is_png = start.startswith(SIGNATURE)
    # Pillow reads its pixels as far as they go.
    if is_png and (surplus := measure_surplus(str(path))):
        raise PictureError(
            f"is damaged: {f'{surplus} bytes follow its end' if surplus > 0 else 'it is cut short'}"
        )
    if image.mode in ("I", "F"):
        raise PictureError("has 32 bits a channel, of which nobody knows the range")
    if image.mode.startswith("I;16"):
        changes.append(SHORTENED)
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    # Of coloured ones, Pillow itself keeps the higher 8.
    if is_png and start[DEPTH:] == bytes([SIXTEEN]):
        changes.append(SHORTENED)
    return image


def _fill_ground(path: Path, image: "Image", wanted: Wanted, changes: list[str]) -> "Image":
    from PIL import Image

    if not image.has_transparency_data:
        return image
    is_grey = image.mode in GREY
    clear = image.convert("LA" if is_grey else "RGBA")
    alpha = clear.getchannel("A")
    if alpha.getextrema() == (255, 255):
        changes.append("with an alpha channel that hides nothing")
        return clear.convert("L" if is_grey else "RGB")
    if wanted.ground is None:
        raise DatasetError(
            f"{str(path)!r} is transparent in part; say what is behind it: --ground black, or white"
        )
    changes.append(f"put on a {wanted.ground} ground")
    ground = Image.new("L" if is_grey else "RGB", clear.size, wanted.ground)
    ground.paste(clear.convert(ground.mode), mask=alpha)
    return ground


def _convert_colors(image: "Image", wanted: Wanted, changes: list[str]) -> "Image":
    mode = MODES[wanted.color]
    if image.mode == mode:
        return image
    if image.mode in ("1", "L", "RGB"):
        changes.append(f"made {'grey' if mode == 'L' else 'RGB'}")
    else:
        changes.append(f"converted from {'a palette' if image.mode == 'P' else image.mode}")
        image = image.convert("RGB")
    return image.convert(mode)


def _resize(image: "Image", wanted: Wanted, changes: list[str]) -> "Image":
    from PIL import ImageOps
    from PIL.Image import Resampling

    height, width = wanted.size
    if image.size == (width, height):
        return image
    if image.height * width == image.width * height or wanted.fit in (None, "stretch"):
        changes.append("resized")
        return image.resize((width, height), Resampling.LANCZOS)
    if wanted.fit == "crop":
        changes.append("cropped to the shape, and resized")
        return ImageOps.fit(image, (width, height), Resampling.LANCZOS)
    changes.append("resized, with bars")
    return ImageOps.pad(image, (width, height), Resampling.LANCZOS, color=wanted.ground or "black")
