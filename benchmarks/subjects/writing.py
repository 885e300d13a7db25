# SPDX-License-Identifier: Apache-2.0
"""Writing images as PNG files."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.contenders import Contender, hold_contest
from benchmarks.results import Outcome
from benchmarks.workbench import Workbench

SUITE = "the suite, in the thread beside the attack"
KERAS = "keras save_img, scaling as by default"
AS_GIVEN = "as given"
FOLDERS = count()


def run(bench: Workbench) -> Outcome:
    """Time writing the test images, all into one new folder; none is deleted in between.

    Args:
        bench: The workbench.

    Raises:
        ValueError: The suite has written other images than it was given.
    """
    contest = hold_contest(
        "writing",
        [
            Contender(SUITE, make_suite),
            Contender(KERAS, make_keras),
            Contender("tf.io.encode_png, parallel", make_tensorflow),
            Contender("OpenCV, two threads", make_opencv, ("cv2",), is_peer=True),
        ],
        bench,
        lambda folder: describe(folder, bench),
        len(bench.images),
        "images/s",
        KERAS,
        bench.rounds,
    )
    (suite,) = (row for row in contest.rows if row.contender == SUITE)
    if suite.note != AS_GIVEN:
        raise ValueError(f"{SUITE}: {suite.note}")
    return Outcome(contest.rows)


def _new_folder(bench: Workbench) -> Path:
    folder = bench.work / f"written_{next(FOLDERS)}"
    folder.mkdir()
    return folder


def _names(bench: Workbench) -> list[str]:
    return [f"{number:05}.png" for number in range(len(bench.images))]


def make_suite(bench: Workbench) -> Callable[[], Path]:
    """Write as the suite does.

    Args:
        bench: The workbench.
    """
    from dioptra_builtins._image_reading import CHUNK
    from dioptra_builtins.attacks._storing import write_png

    def write() -> Path:
        folder = _new_folder(bench)
        names = _names(bench)
        for start in range(0, len(names), CHUNK):
            chunk = slice(start, start + CHUNK)
            write_png(folder, names[chunk], bench.images[chunk])
        return folder

    return write


def make_keras(bench: Workbench) -> Callable[[], Path]:
    """Write image by image as the classic algorithm does.

    Args:
        bench: The workbench.
    """
    import keras

    images = bench.images.astype("float32") / 255

    def write() -> Path:
        folder = _new_folder(bench)
        for name, image in zip(_names(bench), images, strict=True):
            keras.utils.save_img(folder / name, image)
        return folder

    return write


def make_tensorflow(bench: Workbench) -> Callable[[], Path]:
    """Write in parallel within a pipeline of TensorFlow.

    Args:
        bench: The workbench.
    """
    import tensorflow as tf

    def write() -> Path:
        folder = _new_folder(bench)
        paths = [str(folder / name) for name in _names(bench)]

        def store(path: Any, image: Any) -> Any:
            tf.io.write_file(path, tf.io.encode_png(image))
            return path

        pairs = tf.data.Dataset.from_tensor_slices((paths, bench.images))
        for _ in pairs.map(store, num_parallel_calls=2, deterministic=False).batch(256):
            pass
        return folder

    return write


def make_opencv(bench: Workbench) -> Callable[[], Path]:
    """Write by OpenCV in two threads.

    Args:
        bench: The workbench.
    """
    import cv2

    def write() -> Path:
        folder = _new_folder(bench)
        paths = [str(folder / name) for name in _names(bench)]
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(cv2.imwrite, paths, bench.images))
        return folder

    return write


def describe(folder: Path, bench: Workbench) -> str:
    """Compare the files with what was to be written.

    Args:
        folder: The folder of the files.
        bench: The workbench.

    Returns:
        What is to be said of them.
    """
    import numpy as np
    from PIL import Image

    files = sorted(folder.iterdir())
    pixels = np.stack([np.asarray(Image.open(file)) for file in files])[..., np.newaxis]
    differing = int((pixels != bench.images).any(axis=(1, 2, 3)).sum())
    return f"{differing} of {len(files)} images are not as given" if differing else AS_GIVEN
