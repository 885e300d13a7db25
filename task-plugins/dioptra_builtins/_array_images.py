# SPDX-License-Identifier: Apache-2.0
"""Images without loss: one NumPy file each, beside the class folders of PNG images.

- The file of a clean image ``7/00001.png`` is ``7/adv_00001.npy``; ``numpy.load`` reads it.
- It holds float32 [height, width, channels], in C order and little-endian, in version 1.0 of
  NumPy's format.
- Its values are shares of the pixel interval, in [0, 1]: what a byte holds in 255ths. So a reader
  need not know the model: the pixel is ``share * 255 * rescale``, above the pixel of a byte 0.
- A folder holds such files alone or PNG images alone.
"""

import io
import os
from collections.abc import Iterable, Sequence
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.datasets.listing import SUFFIX as PNG
from dioptra.sdk.exceptions import DatasetError
from dioptra_builtins._image_folders import (
    ImageFolder,
    adversarial_name,
    check_headers,
    check_image_size,
    list_class_folders,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUFFIX = ".npy"
BYTE = 255
ITEM = 4


def scan_stored_images(data_dir: str | Path, image_size: tuple[int, int, int]) -> ImageFolder:
    """List the images of a folder and check that all are 8-bit PNGs, or all are without loss.

    Args:
        data_dir: A folder with one folder for each class; hidden files are passed over.
        image_size: Height and width in pixels, and 1 (grey) or 3 (RGB) channels.

    Raises:
        DatasetError: The folder cannot be used, or holds a file that is not such an image, or both
            kinds of images; a file is named.
    """
    check_image_size(image_size)
    folder = list_class_folders(data_dir, (PNG, SUFFIX))
    if not holds_arrays(folder):
        check_headers(folder, image_size)
        return folder
    other = next((name for name in folder.names if not name.endswith(SUFFIX)), None)
    if other is not None:
        raise DatasetError(
            f"{str(data_dir)!r} holds images without loss ({SUFFIX}) and others, such as "
            f"{other!r}; give each kind a folder of its own"
        )
    _check_arrays(folder.paths, image_size)
    return folder


def holds_arrays(folder: ImageFolder) -> bool:
    """Tell whether a folder holds images without loss."""
    return any(name.endswith(SUFFIX) for name in folder.names)


def array_name(name: str) -> str:
    """Name the adversarial image without loss of a clean one: ``"7/1.png"``, ``"7/adv_1.npy"``.

    Args:
        name: The clean image, as ``<class folder>/<file>``.
    """
    return f"{os.path.splitext(adversarial_name(name))[0]}{SUFFIX}"  # noqa: PTH122 - a text


def write_arrays(target: Path, names: Sequence[str], shares: "NDArray[np.float32]") -> None:
    """Write images without loss.

    Args:
        target: The folder that holds the class folders.
        names: Those of the files below it, as :func:`array_name` gives them, n of them.
        shares: float32 [n, height, width, channels], in [0, 1].
    """
    header = _make_header(shares.shape[1:])
    for name, image in zip(names, shares.astype("<f4", copy=False), strict=True):
        # numpy.save makes the same header anew for each file.
        with open(f"{target}/{name}", "wb") as file:  # noqa: PTH123 - as fast as can be
            file.write(header + image.tobytes())


def decode_arrays(paths: Any, image_size: tuple[int, int, int]) -> Any:
    """Read a batch of images without loss, also inside a ``tf.data`` pipeline.

    Args:
        paths: A string tensor [n].
        image_size: Height, width and channels of every image.

    Returns:
        Their shares of the pixel interval, a float32 tensor [n, height, width, channels].

    Raises:
        InvalidArgumentError: A share is outside of [0, 1] or not finite.
    """
    import tensorflow as tf

    files = tf.map_fn(tf.io.read_file, paths)
    numbers = tf.io.decode_raw(files, tf.float32)[:, len(_make_header(image_size)) // ITEM :]
    shares = tf.reshape(numbers, [-1, *image_size])
    # NaN is neither.
    inside = tf.reduce_all((shares >= 0) & (shares <= 1))
    with tf.control_dependencies([tf.debugging.Assert(inside, ["a share outside of [0, 1]"])]):
        return tf.identity(shares)


def find_damaged(paths: Iterable[str]) -> str | None:
    """Find the first image without loss that cannot be used, one by one; None where all can.

    Args:
        paths: The files, after a reader of whole batches has failed on one of them.
    """
    import numpy as np

    for path in paths:
        try:
            shares = np.load(path, allow_pickle=False)
        except (OSError, ValueError):
            return path
        if not ((shares >= 0) & (shares <= 1)).all():
            return path
    return None


@cache
def _make_header(shape: tuple[int, ...]) -> bytes:
    import numpy as np

    buffer = io.BytesIO()
    declared = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, declared)
    return buffer.getvalue()


def _check_arrays(paths: Iterable[str], image_size: tuple[int, int, int]) -> None:
    header = _make_header(image_size)
    size = len(header) + ITEM * prod(image_size)
    for path in paths:
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as fast as can be
                start, length = file.read(len(header)), os.fstat(file.fileno()).st_size
        except OSError as error:
            raise DatasetError(f"cannot read the image {path!r}: {error.strerror}") from error
        if start != header or length != size:
            raise DatasetError(
                f"{path!r} is no image of float32 {list(image_size)}, as {image_size=} asks for, "
                "or is cut short; attack its clean image again"
            )
