# SPDX-License-Identifier: Apache-2.0
"""Folders of PNG images, one folder a class: listed and checked before anything is computed."""

from collections.abc import Iterable
from pathlib import Path

from dioptra.datasets.headers import CHANNELS, check_headers
from dioptra.datasets.listing import SUFFIX, ImageFolder, adversarial_name, list_images
from dioptra.sdk.exceptions import DatasetError

__all__ = [
    "ImageFolder",
    "adversarial_name",
    "check_headers",
    "check_image_size",
    "find_unreadable",
    "list_class_folders",
    "scan_image_folder",
]


def scan_image_folder(data_dir: str | Path, image_size: tuple[int, int, int]) -> ImageFolder:
    """List the images of a folder and check that all are 8-bit PNGs of one size.

    Args:
        data_dir: A folder with one folder for each class; hidden files are passed over.
        image_size: Height and width in pixels, and 1 (grey) or 3 (RGB) channels.

    Raises:
        DatasetError: The folder is missing, has fewer than two classes or no image, or holds a file
            that is not such an image; the file is named.
    """
    check_image_size(image_size)
    folder = list_class_folders(data_dir)
    check_headers(folder, image_size)
    return folder


def check_image_size(image_size: tuple[int, int, int]) -> None:
    """Check that images can be of a size.

    Args:
        image_size: Height and width in pixels, and channels.

    Raises:
        DatasetError: There are neither 1 nor 3 channels.
    """
    if image_size[2] not in CHANNELS.values():
        raise DatasetError(f"images have 1 or 3 channels, not {image_size[2]} ({image_size=})")


def list_class_folders(data_dir: str | Path, suffixes: tuple[str, ...] = (SUFFIX,)) -> ImageFolder:
    """List the images of at least two class folders, without looking into them.

    Args:
        data_dir: A folder with one folder for each class.
        suffixes: The ends of the names of images.

    Raises:
        DatasetError: The folder cannot be used, or has fewer than two classes.
    """
    folder = list_images(data_dir, suffixes)
    if len(folder.class_names) < 2:  # noqa: PLR2004 - a classifier tells at least two classes apart
        raise DatasetError(
            f"{str(data_dir)!r} needs at least two class folders of PNG images; "
            f"found: {', '.join(folder.class_names)}"
        )
    return folder


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
