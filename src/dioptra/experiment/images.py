# SPDX-License-Identifier: Apache-2.0
"""Folders of images, opened for evaluation."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.pyplugs import step
from dioptra_builtins.artifacts.utils import hash_directory
from dioptra_builtins.data.tensorflow import create_image_dataset

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dioptra.contracts import ModelContract

# Evaluation has no training step to keep to. A batch of 32 takes a sixth longer, and one of 256
# a third: what le_net computes of it no longer fits into the processor's cache.
BATCH = 128


def open_images(
    folder: Path, image_size: tuple[int, int, int], contract: "ModelContract | None" = None
) -> Any:
    """Open a folder of images for evaluation: all of them, in the order of their files.

    Args:
        folder: The images, one folder for each class.
        image_size: Height and width in pixels, and channels.
        contract: That of the model that they are for; without it, pixels go from 0 to 1.

    Returns:
        A ``tf.data.Dataset`` of batches, with ``class_names``, ``file_paths`` and ``labels``.

    Raises:
        DatasetError: The folder cannot be used.
    """
    rescale, offset = (1 / 255, 0.0) if contract is None else contract.scale
    return step(create_image_dataset)(
        data_dir=folder,
        subset=None,
        image_size=image_size,
        seed=0,
        validation_split=None,
        batch_size=BATCH,
        rescale=rescale,
        offset=offset,
    )


def read_images(
    dataset: Any, contract: "ModelContract"
) -> "tuple[NDArray[np.float32], NDArray[np.int64]]":
    """Read a data set for evaluation into memory.

    Args:
        dataset: What :func:`open_images` gave.
        contract: That of the model that they are for.

    Returns:
        Its images, float32 [n, height, width, channels], and their labels as places among the
        model's classes, int64 [n].
    """
    import numpy as np

    images = np.concatenate([batch for batch, _ in dataset.as_numpy_iterator()])
    return images, find_labels(dataset, contract)


def find_labels(dataset: Any, contract: "ModelContract") -> "NDArray[np.int64]":
    """Give the labels of a data set's images as places among a model's classes.

    Args:
        dataset: What :func:`open_images` gave.
        contract: That of the model.

    Returns:
        int64 [n].
    """
    import numpy as np

    labels: NDArray[np.int64] = np.array(contract.match(dataset.class_names))[dataset.labels]
    return labels


def hash_images(folder: Path) -> str:
    """Hash the names and contents of a folder's files.

    Args:
        folder: The folder.

    Returns:
        SHA-256, in 64 hexadecimal digits.
    """
    return step(hash_directory)(folder)
