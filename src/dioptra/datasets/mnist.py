# SPDX-License-Identifier: Apache-2.0
"""MNIST, from its genuine files."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dioptra.datasets.folders import make_dataset
from dioptra.datasets.idx import parse_idx
from dioptra.datasets.mirrors import fetch

if TYPE_CHECKING:
    from dioptra.datasets.folders import Subsets

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
# The SHA-256 of the uncompressed files: mirrors wrap them differently.
SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
FILES = {"training": "train", "testing": "t10k"}
SOURCE = {
    "citation": "Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits",
    "licence": "CC BY-SA 3.0",
    "sha256": SHA256,
}


def make_mnist(folder: str | Path, mirrors: Sequence[str] | None = None) -> Path:
    """Make MNIST: 60,000 training and 10,000 test images, 28 x 28 pixels, 8-bit grey.

    Args:
        folder: Where to make ``training/<digit>/<number>.png`` and ``testing/...``; the number is
            the image's place in the genuine file. Downloads are kept in its folder ``raw``.
        mirrors: URLs and local folders that hold the four files; without it, those of the
            environment variable ``DIOPTRA_MNIST_MIRRORS``, separated by commas, and without that
            public ones.

    Returns:
        The folder.

    Raises:
        DownloadError: No mirror has a file; the message gives each one's reason.
        DatasetError: The folder holds something else, or cannot be written.
    """
    named = mirrors or list(
        filter(None, map(str.strip, os.environ.get("DIOPTRA_MNIST_MIRRORS", "").split(",")))
    )

    def load(target: Path) -> "Subsets":
        contents = {
            name: parse_idx(fetch(name, sha256, named or MIRRORS, target / "raw"), name)
            for name, sha256 in SHA256.items()
        }
        return {
            subset: (contents[f"{file}-images-idx3-ubyte"], contents[f"{file}-labels-idx1-ubyte"])
            for subset, file in FILES.items()
        }

    return make_dataset(folder, "mnist", SOURCE, load)
