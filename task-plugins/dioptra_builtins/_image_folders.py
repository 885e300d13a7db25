# SPDX-License-Identifier: Apache-2.0
"""Folders of PNG images, one folder a class: listed and checked before anything is computed."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dioptra.sdk.exceptions import DatasetError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
FIRST_CHUNK = b"\x00\x00\x00\rIHDR"
TRAILER = b"IEND\xaeB`\x82"
CHANNELS = {0: 1, 2: 3}
# A small image is read whole by this; for a larger one, its end is another read.
FIRST_READ = 4096
COLOUR_TYPES = {0: "grey", 2: "RGB", 3: "palette", 4: "grey with alpha", 6: "RGBA"}


@dataclass(frozen=True)
class ImageFolder:
    """The images below a folder, sorted by class and name.

    Attributes:
        root: The folder itself.
        class_names: The names of its class folders, sorted; a label is an index into them.
        names: The images, as ``<class folder>/<file>``, n of them.
        labels: Their labels, n integers.
    """

    root: Path
    class_names: tuple[str, ...]
    names: tuple[str, ...]
    labels: tuple[int, ...]

    @property
    def paths(self) -> list[str]:
        """The files of all images."""
        # Many times as fast as joining paths.
        return [f"{self.root}{os.sep}{name}" for name in self.names]


def scan_image_folder(data_dir: str | Path, image_size: tuple[int, int, int]) -> ImageFolder:
    """List the images of a folder and check that all are 8-bit PNGs of one size.

    Args:
        data_dir: A folder with one folder for each class; hidden files are passed over.
        image_size: Height and width in pixels, and 1 (grey) or 3 (RGB) channels.

    Raises:
        DatasetError: The folder is missing, has fewer than two classes or no image, or holds a file
            that is not such an image; the file is named.
    """
    root = Path(data_dir)
    if image_size[2] not in CHANNELS.values():
        raise DatasetError(f"images have 1 or 3 channels, not {image_size[2]} ({image_size=})")
    classes = _class_folders(root)
    names: list[str] = []
    labels: list[int] = []
    for label, name in enumerate(classes):
        files = sorted(file for file in os.listdir(root / name) if not file.startswith("."))  # noqa: PTH208 - names are all that is needed
        names += [f"{name}/{file}" for file in files]
        labels += [label] * len(files)
    if not names:
        raise DatasetError(f"no images in {str(root)!r}: its class folders are empty")
    folder = ImageFolder(root, tuple(classes), tuple(names), tuple(labels))
    check_headers(folder.paths, image_size)
    return folder


def adversarial_name(name: str) -> str:
    """Name the adversarial image of a clean one: ``"7/00001.png"`` gives ``"7/adv_00001.png"``.

    Args:
        name: The clean image, as ``<class folder>/<file>``.
    """
    folder, _, file = name.rpartition("/")
    return f"{folder}/adv_{file}"


def _class_folders(root: Path) -> list[str]:
    if not root.is_dir():
        raise DatasetError(
            f"no folder {str(root)!r}; a data set is a folder with one folder of PNG images for "
            "each class (the command `dioptra data` makes some)"
        )
    folders = sorted(
        entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith(".")
    )
    if len(folders) < 2:  # noqa: PLR2004 - a classifier tells at least two classes apart
        raise DatasetError(
            f"{str(root)!r} needs at least two class folders of PNG images; "
            f"found: {', '.join(folders) or 'none'}"
        )
    return folders


def check_headers(paths: Iterable[str], image_size: tuple[int, int, int]) -> None:
    """Check the start and the end of files against the PNG that is wanted.

    Args:
        paths: The files.
        image_size: Height, width and channels of every image.

    Raises:
        DatasetError: A file is no PNG, is cut short, or is of another size, depth or colour.
    """
    height, width, channels = image_size
    wanted = (
        SIGNATURE
        + FIRST_CHUNK
        + width.to_bytes(4)
        + height.to_bytes(4)
        + bytes((8, next(colour for colour, number in CHANNELS.items() if number == channels)))
    )
    for path in paths:
        header, trailer = _read_ends(path, len(wanted))
        # One comparison for the good case: a hundred thousand files take about a second.
        if header != wanted or trailer != TRAILER:
            raise DatasetError(_describe_fault(path, header, trailer, image_size))


def _read_ends(path: str, length: int) -> tuple[bytes, bytes]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        start = os.read(descriptor, FIRST_READ)
        if len(start) < FIRST_READ:
            return start[:length], start[-len(TRAILER) :]
        size = os.fstat(descriptor).st_size
        return start[:length], os.pread(descriptor, len(TRAILER), size - len(TRAILER))
    except IsADirectoryError:
        raise DatasetError(f"{path!r} is a folder where a PNG image was expected") from None
    finally:
        os.close(descriptor)


def _describe_fault(
    path: str, header: bytes, trailer: bytes, image_size: tuple[int, int, int]
) -> str:
    if not header.startswith(SIGNATURE):
        return f"{path!r} is not a PNG image; convert it, or move it elsewhere"
    if trailer != TRAILER or len(header) <= 25:  # noqa: PLR2004 - where the colour type stands
        return f"the image {path!r} is damaged: it is cut short; make it again"
    if header[8:16] != FIRST_CHUNK:
        return f"the image {path!r} is damaged: its header is not a PNG's; make it again"
    width, height = (int.from_bytes(header[start : start + 4]) for start in (16, 20))
    depth, colour = header[24], header[25]
    if depth != 8:  # noqa: PLR2004 - the depth that is read and stored
        return f"{path!r} has {depth} bits a channel; convert it to 8"
    if CHANNELS.get(colour) != image_size[2]:
        return (
            f"{path!r} is {COLOUR_TYPES.get(colour, 'of an unknown colour type')}, "
            f"but {image_size=} asks for {COLOUR_TYPES[0 if image_size[2] == 1 else 2]}"
        )
    return (
        f"{path!r} is {height} x {width} pixels (height x width), but {image_size=} asks "
        f"for {image_size[0]} x {image_size[1]}; all images of a set have one size"
    )


def find_unreadable(paths: Iterable[str]) -> str | None:
    """Find the first image that cannot be decoded, one by one; None where all can.

    Args:
        paths: The files, after a reader of whole batches has failed on one of them.
    """
    from PIL import Image

    for path in paths:
        try:
            # Decoding passes over the checksums, and checking them over the pixels.
            with Image.open(path) as image:
                image.verify()
            with Image.open(path) as image:
                image.load()
        except (OSError, SyntaxError, ValueError):
            return path
    return None
