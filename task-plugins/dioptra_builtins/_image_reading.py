# SPDX-License-Identifier: Apache-2.0
"""Reading images in batches with TensorFlow, and naming the one that cannot be read."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import DatasetError
from dioptra_builtins._array_images import SUFFIX, decode_arrays, find_damaged, holds_arrays
from dioptra_builtins._image_folders import ImageFolder, find_unreadable
from dioptra_builtins._threads import map_ahead

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

# Large enough that reading is not bound by the cost of a batch, small enough to stream.
CHUNK = 256
# A step of a loop in TensorFlow costs as much as the decoding of an image of MNIST.
GROUP = 8
# As many as there are cores.
PARALLEL_CALLS = os.cpu_count() or 1
# How many decoded bytes a data set may keep in memory; MNIST's 60,000 training images have 2**25.5.
KEPT_BYTES = 2**29


def decode_images(paths: Any, image_size: tuple[int, int, int]) -> Any:
    """Decode a batch of PNG files, also inside a ``tf.data`` pipeline.

    Args:
        paths: A string tensor [n].
        image_size: Height, width and channels of every image.

    Returns:
        A uint8 tensor [n, height, width, channels].
    """
    return _make_decoder(*image_size)(paths)


@cache
def _make_decoder(height: int, width: int, channels: int) -> "Callable[[Any], Any]":
    # Traced once for a process, not anew for every pipeline.
    import tensorflow as tf

    def decode(group: Any) -> Any:
        files = (tf.io.read_file(path) for path in tf.unstack(group, num=GROUP))
        return tf.stack([tf.io.decode_png(file, channels=channels) for file in files])

    def decode_all(paths: Any) -> Any:
        count = tf.shape(paths)[0]
        whole = tf.concat([paths, tf.fill([-count % GROUP], paths[-1])], 0)
        signature = tf.TensorSpec((GROUP, height, width, channels), tf.uint8)
        groups = tf.map_fn(decode, tf.reshape(whole, [-1, GROUP]), fn_output_signature=signature)
        return tf.reshape(groups, [-1, height, width, channels])[:count]

    names = [tf.TensorSpec([None], tf.string)]
    traced: Callable[[Any], Any] = tf.function(decode_all, names, autograph=False)
    return traced


@cache
def _make_array_decoder(height: int, width: int, channels: int) -> "Callable[[Any], Any]":
    import tensorflow as tf

    names = [tf.TensorSpec([None], tf.string)]
    size = (height, width, channels)
    traced: Callable[[Any], Any] = tf.function(
        lambda paths: decode_arrays(paths, size), names, autograph=False
    )
    return traced


def keep_decoded(files: Any, image_size: tuple[int, int, int]) -> Any:
    """Decode the files of a data set when it is first read, and keep the bytes for later epochs.

    Args:
        files: A ``tf.data.Dataset`` of ``(path, label)``.
        image_size: Height, width and channels of every image.

    Returns:
        One of ``(image, label)`` in the same order; images are uint8 [height, width, channels].
    """
    import tensorflow as tf

    return (
        files.batch(CHUNK)
        .map(
            lambda paths, labels: (decode_images(paths, image_size), labels),
            num_parallel_calls=PARALLEL_CALLS,
        )
        .unbatch()
        # Keras would otherwise count the batches by reading on where an epoch ends.
        .apply(tf.data.experimental.assert_cardinality(files.cardinality()))
        .cache()
    )


def without_autotuning(dataset: Any) -> Any:
    """Leave out the thread of a ``tf.data`` pipeline that looks for better numbers of threads.

    It sleeps for twice as long after each look. Now and then it is not woken where a pipeline ends,
    which then waits for it: at 3 s until 5.1 s, at 30 s until 41 s.

    Args:
        dataset: A ``tf.data.Dataset`` whose calls in parallel are counted.

    Returns:
        One that gives the same.
    """
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def iterate_images(
    folder: ImageFolder, image_size: tuple[int, int, int]
) -> Iterator[tuple[slice, "NDArray[Any]"]]:
    """Read a folder in its own order, a chunk at a time, ahead of the caller.

    Yields:
        The chunk's place in ``folder.names``, and its images, [k, height, width, channels]: uint8,
        or of images without loss the shares of the pixel interval, float32.

    Raises:
        DatasetError: An image cannot be decoded; it is named.
    """
    import numpy as np

    # As bytes: TensorFlow keeps a lock where an argument cannot be bound, such as a text that is
    # not UTF-8, and then waits for ever.
    paths = np.array([os.fsencode(path) for path in folder.paths])
    decode = _make_array_decoder if holds_arrays(folder) else _make_decoder

    def read(place: slice) -> "tuple[slice, NDArray[Any]]":
        return place, decode(*image_size)(paths[place]).numpy()

    total = len(paths)
    places = (slice(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK))
    with naming_unreadable_images(folder.paths):
        # A pipeline of tf.data takes longer to set up than a thousand images to decode.
        yield from map_ahead(read, places, PARALLEL_CALLS)


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
        paths = list(paths)
        arrays = [path for path in paths if path.endswith(SUFFIX)]
        path = find_damaged(arrays) if arrays else find_unreadable(paths)
        if path is None:
            raise
        raise DatasetError(
            f"the image {path!r} is damaged and cannot be read; make it again"
        ) from None
