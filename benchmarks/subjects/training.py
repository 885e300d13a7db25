# SPDX-License-Identifier: Apache-2.0
"""One epoch of training, fed by files and from memory: what the input pipeline costs."""

from collections.abc import Callable
from typing import Any

from benchmarks.contenders import Contender, hold_contest
from benchmarks.measuring import compare
from benchmarks.results import Outcome, Row
from benchmarks.subjects.reading import open_keras_dataset, open_suite
from benchmarks.workbench import IMAGE_SIZE, MODEL, SEED, Workbench

SUITE = "from files, by the suite, later epochs"
FIRST = "from files, by the suite, all read anew"
MEMORY = "from memory"
KERAS = "from files, by image_dataset_from_directory"
BATCH = 32


def run(bench: Workbench) -> Outcome:
    """Time an epoch of a le_net over the test images, batch 32.

    Args:
        bench: The workbench.
    """
    contest = hold_contest(
        "training, one epoch",
        [
            Contender(SUITE, make_suite),
            Contender(FIRST, make_first),
            Contender(KERAS, make_keras),
            Contender(MEMORY, make_memory),
        ],
        bench,
        lambda steps: f"{steps} steps",
        len(bench.images),
        "images/s",
        MEMORY,
        bench.rounds,
    )
    # What is left of the epoch where nothing has to be read is all that does not wait for it.
    working = compare(contest.seconds[MEMORY], contest.seconds[SUITE])
    waiting = Row(
        contest.rows[0].subject,
        "the suite's later epochs: share of the time that waits for data",
        100 * (1 - working.value),
        "%",
        100 * working.noise,
    )
    return Outcome([*contest.rows, waiting])


def make_suite(bench: Workbench) -> Callable[[], int]:
    """Train on the suite's training subset; the check before the rounds is its first epoch.

    Args:
        bench: The workbench.
    """
    from dioptra_builtins.data.tensorflow import create_image_dataset

    # One image is left out, which changes no number of steps.
    split = 1 / len(bench.images)
    images = create_image_dataset(
        bench.data / "testing",
        "training",
        IMAGE_SIZE,
        SEED,
        validation_split=split,
        batch_size=BATCH,
    )
    return _fit(images)


def make_first(bench: Workbench) -> Callable[[], int]:
    """Train on files that are decoded in each epoch.

    Args:
        bench: The workbench.
    """
    return _fit(open_suite(bench, BATCH))


def make_keras(bench: Workbench) -> Callable[[], int]:
    """Train on the data set of Keras.

    Args:
        bench: The workbench.
    """
    return _fit(open_keras_dataset(bench, BATCH))


def make_memory(bench: Workbench) -> Callable[[], int]:
    """Train on batches that are in memory.

    Args:
        bench: The workbench.
    """
    import numpy as np
    import tensorflow as tf

    images = bench.images.astype(np.float32) / 255
    labels = np.eye(10, dtype=np.float32)[bench.labels]
    return _fit(tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH).prefetch(2))


def _fit(dataset: Any) -> Callable[[], int]:
    from dioptra_builtins.estimators.keras_classifiers import init_classifier

    model = init_classifier(MODEL, "adam", ["accuracy"], IMAGE_SIZE, 10, seed=SEED)

    def fit() -> int:
        before = int(model.optimizer.iterations)
        model.fit(dataset, shuffle=False, verbose=0)
        return int(model.optimizer.iterations) - before

    return fit
