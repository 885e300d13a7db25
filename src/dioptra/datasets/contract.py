# SPDX-License-Identifier: Apache-2.0
"""What a data set is: its classes, its images and their hash."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dioptra.datasets.headers import check_headers, read_image_size
from dioptra.datasets.listing import list_images
from dioptra.sdk.hashing import hash_folder


@dataclass(frozen=True)
class DataContract:
    """What holds for all images of a folder.

    Attributes:
        class_names: The names of its class folders, sorted as text; a label is an index into them.
        image_size: Height and width in pixels, and 1 (grey) or 3 (RGB) channels, of every image.
        counts: The number of images of each class, in the order of ``class_names``; 1 at least.
        sha256: The hash of the names and contents of its files, in 64 hexadecimal digits; that of
            ``dioptra.sdk.hashing.hash_folder``, as results record it.
    """

    class_names: tuple[str, ...]
    image_size: tuple[int, int, int]
    counts: tuple[int, ...]
    sha256: str

    @property
    def n(self) -> int:
        """The number of images."""
        return sum(self.counts)

    def to_json(self) -> dict[str, Any]:
        """Give it as what JSON can write; ``counts`` by the names of the classes."""
        return {
            "class_names": list(self.class_names),
            "image_size": list(self.image_size),
            "counts": dict(zip(self.class_names, self.counts, strict=True)),
            "n": self.n,
            "sha256": self.sha256,
        }


def describe_data(folder: str | Path) -> DataContract:
    """Read what a data set is from its files, and check that all are 8-bit PNGs of one size.

    Args:
        folder: A folder with one folder of images for each class.

    Returns:
        Its contract.

    Raises:
        DatasetError: The folder cannot be used; the message names the file or folder at fault.
    """
    images = list_images(folder)
    image_size = read_image_size(images)
    check_headers(images, image_size, images.paths[0])
    return DataContract(images.class_names, image_size, images.counts, hash_folder(folder))
