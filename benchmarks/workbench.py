# SPDX-License-Identifier: Apache-2.0
"""What all subjects share: the images, one model, and a folder to work in."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.datasets import make_mnist
from dioptra.sdk import environment

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "tensorflow-mnist-classifier"
IMAGE_SIZE = (28, 28, 1)
MODEL = "le_net"
SEED = 1
# Files are in the order of their classes: every tenth has all of them.
QUICK_STEP = 10


@dataclass(frozen=True)
class Workbench:
    """The shared parts of a run of the benchmarks.

    Attributes:
        data: The folder of MNIST, with the folders training and testing.
        work: A folder to work in, which is the workspace of all that is timed.
        rounds: The number of rounds of a contest.
        quick: Whether to take less time.
    """

    data: Path
    work: Path
    rounds: int
    quick: bool

    @property
    def images(self) -> "NDArray[np.uint8]":
        """The test images in the order of their files, uint8 [n, 28, 28, 1]."""
        return self._testing[0]

    @property
    def labels(self) -> "NDArray[np.int64]":
        """Their labels, int64 [n]."""
        return self._testing[1]

    @cached_property
    def _testing(self) -> "tuple[NDArray[np.uint8], NDArray[np.int64]]":
        return read_testing(self.data)

    @property
    def step(self) -> int:
        """What is timed in memory takes every so many-th image."""
        return QUICK_STEP if self.quick else 1

    @cached_property
    def model(self) -> "keras.Model":
        """A le_net, trained for an epoch and registered; the quick one on a tenth of the images."""
        from dioptra_builtins.data.tensorflow import create_image_dataset
        from dioptra_builtins.estimators.keras_classifiers import init_classifier
        from dioptra_builtins.estimators.tensorflow import fit
        from dioptra_builtins.registry.contracts import make_model_contract
        from dioptra_builtins.registry.mlflow import add_model_to_registry
        from dioptra_builtins.tracking.mlflow import log_tensorflow_keras_estimator, start_run

        split = 0.9 if self.quick else 0.2
        training = create_image_dataset(
            self.data / "training", "training", IMAGE_SIZE, SEED, validation_split=split
        )
        model = init_classifier(MODEL, "adam", ["accuracy"], IMAGE_SIZE, 10, seed=SEED)
        fit(model, training, fit_kwargs={"epochs": 1})
        with start_run("benchmarks", "train") as run:
            contract = make_model_contract(model, training.class_names, (0, 1))
            log_tensorflow_keras_estimator(model, "model", contract)
            add_model_to_registry(run, MODEL, "model")
        return model


def open_workbench(work: Path, rounds: int, *, quick: bool) -> Workbench:
    """Take the images of this checkout, and make a folder the workspace of all that is timed.

    Args:
        work: An empty folder.
        rounds: The number of rounds of a contest.
        quick: Whether to take less time.

    Returns:
        The workbench; TensorFlow is seeded and its number of threads fixed, as in every run.

    Raises:
        DatasetError: MNIST cannot be had.
    """
    data = make_mnist(ROOT / "data" / "mnist")
    use_workspace(work)
    from dioptra_builtins.backend_configs.tensorflow import init_tensorflow

    init_tensorflow(SEED)
    return Workbench(data.resolve(), work, rounds, quick)


def read_testing(data: Path) -> "tuple[NDArray[np.uint8], NDArray[np.int64]]":
    """Read the test images of a data folder.

    Args:
        data: The data folder.

    Returns:
        The images in the order of their files, uint8 [n, 28, 28, 1], and their labels, int64 [n].
    """
    import numpy as np

    from dioptra_builtins._image_folders import scan_image_folder
    from dioptra_builtins._image_reading import iterate_images

    folder = scan_image_folder(data / "testing", IMAGE_SIZE)
    images = np.concatenate([images for _, images in iterate_images(folder, IMAGE_SIZE)])
    return images, np.array(folder.labels)


def use_workspace(work: Path) -> None:
    """Make a folder the workspace of this process and of those that it starts.

    Args:
        work: The folder.
    """
    os.environ["DIOPTRA_WORKSPACE"] = str(work)
    os.environ.update(environment.defaults())


def make_subset(images: Path, target: Path, count: int) -> Path:
    """Make a data folder of links to some of the images of a folder, of each class as many.

    Args:
        images: A folder with one folder of images for each class.
        target: The data folder to make.
        count: The number of images; all of them, where the folder has fewer.

    Returns:
        The data folder; its folder testing has the images.
    """
    classes = sorted(folder for folder in images.iterdir() if folder.is_dir())
    files = {folder.name: sorted(folder.iterdir()) for folder in classes}
    testing = target / "testing"
    if count >= sum(map(len, files.values())):
        target.mkdir(parents=True)
        testing.symlink_to(images, target_is_directory=True)
        return target
    for name, found in files.items():
        (testing / name).mkdir(parents=True)
        for file in found[: count // len(classes)]:
            (testing / name / file.name).symlink_to(file)
    return target


def load_flow(name: str) -> Any:
    """Load an entry point of the example.

    Args:
        name: Its name.
    """
    from dioptra.entrypoint import load_entry_point

    return load_entry_point(EXAMPLE, name)
