"""The data set and the network of this example."""

from pathlib import Path
from typing import TYPE_CHECKING

from dioptra import datasets
from dioptra.experiment import Data
from dioptra.sdk.workspace import find_workspace
from PIL import Image
from prefect import task

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

SIDE, STEP = 32, 20
QUALITY = 90


@task
def make_pictures(folder: Path | None) -> Data:
    """Cut the two colour pictures that scikit-learn ships into tiles, JPEG files in class folders.

    The lower quarter of each picture becomes the test images, so that no test image shares a pixel
    with a training image.

    Args:
        folder: Where to make the data set (default: data/colour-pictures in the workspace). What
            is there already is taken as it is.

    Returns:
        The data set.
    """
    from sklearn.datasets import load_sample_images

    target = folder or find_workspace() / "data" / "colour-pictures"
    if target.exists():
        return Data(data_dir=target)
    tiles = target.with_name(f"{target.name}-jpeg")
    for name, picture in zip(("china", "flower"), load_sample_images().images, strict=True):
        border = picture.shape[0] * 3 // 4
        for part, rows in (("train", picture[:border]), ("test", picture[border:])):
            (tiles / part / name).mkdir(parents=True, exist_ok=True)
            for top in range(0, rows.shape[0] - SIDE, STEP):
                for left in range(0, rows.shape[1] - SIDE, STEP):
                    tile = Image.fromarray(rows[top : top + SIDE, left : left + SIDE])
                    tile.save(tiles / part / name / f"{top:03}-{left:03}.jpg", quality=QUALITY)
    datasets.import_pictures(tiles, target, color="rgb")
    return Data(data_dir=target)


@task
def make_network(
    pictures: "NDArray[np.float32]",
    n_classes: int,
    optimizer: "keras.optimizers.Optimizer",
    seed: int,
) -> "keras.Model":
    """Make a network that augments and normalises its input itself, and gives logits.

    Args:
        pictures: Some training images, float32 [n, height, width, 3] in [0, 255].
        n_classes: The number of classes.
        optimizer: The optimizer of the training.
        seed: The seed of its first weights and of the augmentation.
    """
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    normalisation = layers.Normalization()
    normalisation.adapt(pictures)
    blocks = [
        layer
        for width in (16, 32)
        for layer in (
            layers.Conv2D(width, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
        )
    ]
    network = keras.Sequential(
        [
            keras.Input(pictures.shape[1:]),
            layers.RandomFlip("horizontal", seed=seed),
            normalisation,
            *blocks,
            layers.GlobalAveragePooling2D(),
            layers.Dense(n_classes),
        ]
    )
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    network.compile(optimizer, loss, metrics=["accuracy"])
    return network
