# SPDX-License-Identifier: Apache-2.0
"""MNIST, or what stands in for it without network."""

import errno
from pathlib import Path

from dioptra.datasets.digits import make_digits
from dioptra.datasets.mnist import make_mnist
from dioptra.sdk.exceptions import DatasetError, DownloadError

READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


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
    except (DownloadError, DatasetError) as error:
        if isinstance(error, DatasetError) and not _is_read_only(error):
            raise
        return make_digits(Path(folder) / "digits"), str(error)


def _is_read_only(error: DatasetError) -> bool:
    # As the data of the workers, which may hold the digits alone.
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in READ_ONLY
