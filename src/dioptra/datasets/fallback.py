# SPDX-License-Identifier: Apache-2.0
"""MNIST, or what stands in for it without network."""

from pathlib import Path

from dioptra.datasets.digits import make_digits
from dioptra.datasets.mnist import make_mnist
from dioptra.sdk.exceptions import DownloadError


def make_mnist_or_digits(folder: str | Path) -> tuple[Path, str]:
    """Make MNIST, or the bundled digits where MNIST cannot be had.

    Args:
        folder: Where to make the folder ``mnist`` or ``digits``.

    Returns:
        The folder of the data set, and why it is not MNIST; an empty text where it is.

    Raises:
        DatasetError: The folder holds something else, or cannot be written.
    """
    try:
        return make_mnist(Path(folder) / "mnist"), ""
    except DownloadError as error:
        return make_digits(Path(folder) / "digits"), str(error)
