# SPDX-License-Identifier: Apache-2.0
"""Reading class folders of PNG images, from the listing of the files to the last batch."""

import contextlib
import io
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.contenders import Contender, hold_contest
from benchmarks.measuring import compare
from benchmarks.results import Outcome
from benchmarks.workbench import IMAGE_SIZE, SEED, Workbench

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Read = Callable[[], "list[NDArray[np.float32]]"]

SUITE = "the suite"
KERAS = "image_dataset_from_directory"
GENERATOR = "ImageDataGenerator"
CACHED = "the suite, later epochs from cache()"
BATCHES = (256, 32)
ROUNDING = 1e-6


def run(bench: Workbench) -> Outcome:
    """Time reading the test images in batches of 256 and of 32; the quick mode of 256 alone.

    Args:
        bench: The workbench.
    """
    outcome = Outcome()
    for batch in BATCHES[:1] if bench.quick else BATCHES:
        contenders = [
            Contender(SUITE, partial(make_suite, batch=batch)),
            Contender(KERAS, partial(make_keras, batch=batch)),
            Contender(GENERATOR, partial(make_generator, batch=batch), is_peer=True),
            Contender("OpenCV, two threads", make_opencv, ("cv2",), is_peer=True),
            Contender(CACHED, partial(make_cached, batch=batch)),
        ]
        contest = hold_contest(
            f"reading, batch {batch}",
            # The bar is about the first two.
            contenders[:2] if bench.quick else contenders,
            bench,
            lambda read: describe(read, bench),
            len(bench.images),
            "images/s",
            KERAS,
            bench.rounds,
        )
        outcome.rows += contest.rows
        if batch == BATCHES[0]:
            faster = compare(contest.seconds[KERAS], contest.seconds[SUITE])
            outcome.add_bar(f"reading: times as fast as {KERAS}", faster, 2.5)
    return outcome


def make_suite(bench: Workbench, batch: int) -> Read:
    """Read by the suite.

    Args:
        bench: The workbench.
        batch: The number of images in a batch.
    """
    return lambda: drain(open_suite(bench, batch))


def make_cached(bench: Workbench, batch: int) -> Read:
    """Read by the suite once more what an epoch has left in memory.

    Args:
        bench: The workbench.
        batch: The number of images in a batch.
    """
    cached = open_suite(bench, batch).cache()
    drain(cached)
    return lambda: drain(cached)


def open_suite(bench: Workbench, batch: int) -> Any:
    """Open the folder by the suite.

    Args:
        bench: The workbench.
        batch: The number of images in a batch.
    """
    from dioptra_builtins.data.tensorflow import create_image_dataset

    folder = bench.data / "testing"
    return create_image_dataset(
        folder, None, IMAGE_SIZE, SEED, validation_split=None, batch_size=batch
    )


def open_keras_dataset(bench: Workbench, batch: int) -> Any:
    """Open the test images by Keras's own reader, as pixel values in [0, 1] too.

    Args:
        bench: The workbench.
        batch: The number of images in a batch.
    """
    import keras
    import numpy as np

    dataset = keras.utils.image_dataset_from_directory(
        bench.data / "testing",
        label_mode="categorical",
        color_mode="grayscale",
        batch_size=batch,
        image_size=IMAGE_SIZE[:2],
        shuffle=False,
        verbose=False,
    )
    return dataset.map(lambda images, labels: (images * np.float32(1 / 255), labels))


def make_keras(bench: Workbench, batch: int) -> Read:
    """Read by Keras.

    Args:
        bench: The workbench.
        batch: The number of images in a batch.
    """
    return lambda: drain(open_keras_dataset(bench, batch))


def make_generator(bench: Workbench, batch: int) -> Read:
    """Read by the directory iterator of the classic algorithm.

    Args:
        bench: The workbench.
        batch: The number of images in a batch.
    """
    return lambda: drain(open_iterator(bench.data / "testing", batch))


def open_iterator(folder: Path, batch: int) -> Iterable[tuple[Any, Any]]:
    """Open a folder by the directory iterator.

    Args:
        folder: A folder with one folder of images for each class.
        batch: The number of images in a batch.

    Yields:
        Images, float32 [n, 28, 28, 1] in [0, 1], and one-hot labels; each image once.
    """
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    # It prints how many images it has found.
    with contextlib.redirect_stdout(io.StringIO()):
        iterator = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
            str(folder),
            target_size=IMAGE_SIZE[:2],
            color_mode="grayscale",
            batch_size=batch,
            shuffle=False,
            follow_links=True,
        )
    for _ in range(len(iterator)):
        yield next(iterator)


def make_opencv(bench: Workbench) -> Read:
    """Read by OpenCV in two threads, without batches.

    Args:
        bench: The workbench.
    """
    from concurrent.futures import ThreadPoolExecutor

    import cv2
    import numpy as np

    from dioptra_builtins._image_folders import scan_image_folder

    def read() -> "list[NDArray[np.float32]]":
        paths = scan_image_folder(bench.data / "testing", IMAGE_SIZE).paths
        with ThreadPoolExecutor(2) as threads:
            images = threads.map(lambda path: cv2.imread(path, cv2.IMREAD_GRAYSCALE), paths)
        return [np.stack(list(images)).astype(np.float32)[..., np.newaxis] / np.float32(255)]

    return read


def drain(batches: Iterable[tuple[Any, Any]]) -> "list[NDArray[np.float32]]":
    """Read all batches.

    Args:
        batches: Images and labels.

    Returns:
        The images of each.
    """
    import numpy as np

    return [np.asarray(images) for images, _ in batches]


def describe(read: "list[NDArray[np.float32]]", bench: Workbench) -> str:
    """Compare what was read with the images, pixel by pixel.

    Args:
        read: The images of each batch, in the order of their files.
        bench: The workbench.

    Returns:
        What is to be said of it.

    Raises:
        AssertionError: It is not the images.
    """
    import numpy as np

    expected = bench.images / np.float32(255)
    np.testing.assert_allclose(np.concatenate(read), expected, rtol=0, atol=ROUNDING)
    return "the same pixels"
