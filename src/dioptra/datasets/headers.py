# SPDX-License-Identifier: Apache-2.0
"""The start and the end of PNG files (ISO/IEC 15948), checked before any pixel is computed with."""

import os
from collections.abc import Iterator
from pathlib import Path

from dioptra.datasets.listing import ImageFolder
from dioptra.sdk.exceptions import DatasetError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
FIRST_CHUNK = b"\x00\x00\x00\rIHDR"
TRAILER = b"IEND\xaeB`\x82"
CHANNELS = {0: 1, 2: 3}
COLOUR_TYPES = {0: "grey", 2: "RGB", 3: "palette", 4: "grey with alpha", 6: "RGBA"}
# Up to the colour type.
HEADER = 26
# A small image is read whole by this; a larger one's chunks are followed to their end.
FIRST_READ = 4096
# A chunk's length and type before its data; the checksum comes after it.
CHUNK_HEAD = 8
CHUNK_SUM = 4


def check_headers(
    folder: ImageFolder, image_size: tuple[int, int, int], model: str | None = None
) -> None:
    """Check the start and the end of images against the PNG that is wanted.

    Args:
        folder: The images.
        image_size: Height, width and channels of every image; 1 (grey) or 3 (RGB) channels.
        model: The file that the size comes from, for messages; None where it was asked for.

    Raises:
        DatasetError: A file cannot be read, is no PNG, is cut short, goes on after its end, or is
            of another size, depth or colour; it is named.
    """
    height, width, channels = image_size
    wanted = (
        SIGNATURE
        + FIRST_CHUNK
        + width.to_bytes(4)
        + height.to_bytes(4)
        + bytes((8, next(colour for colour, number in CHANNELS.items() if number == channels)))
    )
    for name, start in _read_starts(folder):
        # The good case of a small image: a hundred thousand files take about a second.
        end = len(start) - len(TRAILER)
        if start.startswith(wanted) and start.find(TRAILER) == end < FIRST_READ - len(TRAILER):
            continue
        path = f"{folder.root}{os.sep}{name}"
        surplus = measure_surplus(path)
        if surplus or not start.startswith(wanted):
            source = f"{image_size=} asks for" if model is None else f"{model!r} is"
            raise DatasetError(_describe_fault(path, start, surplus, image_size, source))


def read_image_size(folder: ImageFolder) -> tuple[int, int, int]:
    """Read the size of the first of a folder's images.

    Args:
        folder: The images.

    Returns:
        Its height and width in pixels, and 1 (grey) or 3 (RGB) channels.

    Raises:
        DatasetError: It is no 8-bit PNG image.
    """
    path = folder.paths[0]
    _, start = next(_read_starts(folder))
    fault = _find_damage(path, start, measure_surplus(path))
    if fault is None and CHANNELS.get(start[25]) is None:
        fault = f"{path!r} is {_name_colour(start)}; convert it to grey or RGB"
    if fault is not None:
        raise DatasetError(fault)
    return (*_read_shape(start), CHANNELS[start[25]])


def measure_surplus(path: str) -> int:
    """Measure what follows the end of a PNG file.

    Args:
        path: A file that starts as a PNG file does.

    Returns:
        The number of bytes after its last chunk; below 0 where it has none, as it is cut short.
    """
    with Path(path).open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        place = file.seek(len(SIGNATURE))
        while len(head := file.read(CHUNK_HEAD)) == CHUNK_HEAD:
            place += CHUNK_HEAD + int.from_bytes(head[:4]) + CHUNK_SUM
            file.seek(place - CHUNK_SUM)
            checksum = file.read(CHUNK_SUM)
            if head[4:] + checksum == TRAILER:
                return size - place
    return -1


def _read_starts(folder: ImageFolder) -> Iterator[tuple[str, bytes]]:
    # Plain calls, below an open folder: what is around them takes as long as the file system.
    open_file, read, close, mode = os.open, os.read, os.close, os.O_RDONLY
    name = ""
    try:
        root = open_file(folder.root, mode)
        try:
            for name in folder.names:
                descriptor = open_file(name, mode, dir_fd=root)
                try:
                    start = read(descriptor, FIRST_READ)
                finally:
                    close(descriptor)
                yield name, start
        finally:
            close(root)
    except OSError as error:
        path = f"{folder.root}{os.sep}{name}"
        raise DatasetError(
            f"cannot read the image {path!r}: {error.strerror}; a data set is read as a whole"
        ) from error


def _find_damage(path: str, start: bytes, surplus: int) -> str | None:
    if not start.startswith(SIGNATURE):
        return f"{path!r} is not a PNG image; convert it, or move it elsewhere"
    if surplus < 0 or len(start) < HEADER:
        return f"the image {path!r} is damaged: it is cut short; make it again"
    if surplus:
        return f"the image {path!r} is damaged: {surplus} bytes follow its end; make it again"
    if start[8:16] != FIRST_CHUNK:
        return f"the image {path!r} is damaged: its header is not a PNG's; make it again"
    if start[24] != 8:  # noqa: PLR2004 - the depth that is read and stored
        return f"{path!r} has {start[24]} bits a channel; convert it to 8"
    return None


def _describe_fault(
    path: str, start: bytes, surplus: int, image_size: tuple[int, int, int], source: str
) -> str:
    damage = _find_damage(path, start, surplus)
    if damage is not None:
        return damage
    if CHANNELS.get(start[25]) != image_size[2]:
        wanted = COLOUR_TYPES[0 if image_size[2] == 1 else 2]
        return f"{path!r} is {_name_colour(start)}, but {source} {wanted}"
    height, width = _read_shape(start)
    return (
        f"{path!r} is {height} x {width} pixels (height x width), but {source} "
        f"{image_size[0]} x {image_size[1]}; all images of a set have one size"
    )


def _name_colour(start: bytes) -> str:
    return COLOUR_TYPES.get(start[25], "of an unknown colour type")


def _read_shape(start: bytes) -> tuple[int, int]:
    return int.from_bytes(start[20:24]), int.from_bytes(start[16:20])
