# SPDX-License-Identifier: Apache-2.0
"""Reading images in batches with TensorFlow, and naming the one that cannot be read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import DatasetError
from dioptra_builtins._image_folders import ImageFolder, find_unreadable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Large enough that reading is not bound by the cost of a batch, small enough to stream.
CHUNK = 256


def decode_images(paths: Any, image_size: tuple[int, int, int]) -> Any:
    """Decode a batch of PNG files inside a ``tf.data`` pipeline.

    Args:
        paths: A string tensor [n].
        image_size: Height, width and channels of every image.

    Returns:
        A uint8 tensor [n, height, width, channels].
    """
    import tensorflow as tf

    def decode(path: Any) -> Any:
        return tf.io.decode_png(tf.io.read_file(path), channels=image_size[2])

    return tf.map_fn(decode, paths, fn_output_signature=tf.TensorSpec(image_size, tf.uint8))


def iterate_images(
    folder: ImageFolder, image_size: tuple[int, int, int]
) -> Iterator[tuple[slice, "NDArray[np.uint8]"]]:
    """Read a folder in its own order, a chunk at a time, ahead of the caller.

    Yields:
        The chunk's place in ``folder.names``, and its images, uint8 [k, height, width, channels].

    Raises:
        DatasetError: An image cannot be decoded; it is named.
    """
    import tensorflow as tf

    dataset = (
        tf.data.Dataset.from_tensor_slices(folder.paths)
        .batch(CHUNK)
        .map(lambda paths: decode_images(paths, image_size), num_parallel_calls=tf.data.AUTOTUNE)
        .prefetch(2)
    )
    with naming_unreadable_images(folder.paths):
        for number, images in enumerate(dataset.as_numpy_iterator()):
            yield slice(number * CHUNK, number * CHUNK + len(images)), images


@contextmanager
def naming_unreadable_images(paths: Iterable[str]) -> Iterator[None]:
    """Turn TensorFlow's error about an image that it cannot decode into one that names the file.

    Args:
        paths: The files that may be read within the ``with`` block.

    Raises:
        DatasetError: A file cannot be decoded.
    """
    import tensorflow as tf

    try:
        yield
    except (tf.errors.InvalidArgumentError, tf.errors.NotFoundError):
        path = find_unreadable(paths)
        if path is None:
            raise
        raise DatasetError(
            f"the image {path!r} is damaged and cannot be read; make it again"
        ) from None
