# SPDX-License-Identifier: Apache-2.0
"""Sample images for a report: the first of every class, clean and attacked."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.datasets import adversarial_name, list_images
from dioptra.experiment import Model
from dioptra.pyplugs import checked
from dioptra.report import SAMPLES
from dioptra_builtins.estimators.tensorflow import predict_classes

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray


def save_samples(
    results: Path,
    models: Mapping[str, Model],
    sets: Mapping[tuple[str, str, float], Path],
    clean: Path,
) -> None:
    """Save the first image of every class, clean and attacked, for a report.

    Args:
        results: The results folder; made where there is none.
        models: The attacked models by name.
        sets: The folders of adversarial images, by attack, attacked model and eps.
        clean: The folder of the clean images.
    """
    import numpy as np

    estimators = {name: models[name].load_estimator() for name in {key[1] for key in sets}}
    samples = [
        collect_samples(name, models[name], estimators[name], eps, folder, clean)
        for (_, name, eps), folder in sets.items()
    ]
    attacks = [attack for attack, _, _ in sets]
    if len(set(attacks)) > 1:
        for attack, sample in zip(attacks, samples, strict=True):
            sample["attack"] = np.repeat(attack, len(sample["label"]))
    results.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {
        name: np.concatenate([sample[name] for sample in samples]) for name in samples[0]
    }
    np.savez_compressed(results / SAMPLES, **arrays)


def collect_samples(
    attacked: str, model: Model, estimator: "keras.Model", eps: float, folder: Path, clean: Path
) -> dict[str, "NDArray[Any]"]:
    """Gather the first image of every class, clean and attacked, with what the model sees.

    Args:
        attacked: What the report calls the attacked model.
        model: The attacked model.
        estimator: The same, loaded.
        eps: The budget of the attack.
        folder: Its adversarial images.
        clean: The folder of the clean images.

    Returns:
        The arrays of a report's ``samples.npz``, one row for each class.
    """
    import numpy as np

    contract, images = model.contract, list_images(clean)
    classes = images.class_names
    first = [images.names[images.labels.index(label)] for label in range(len(classes))]
    paths = {
        "clean": [clean / name for name in first],
        "adversarial": [folder / adversarial_name(name) for name in first],
    }
    rows: dict[str, NDArray[Any]] = {
        "attacked": np.repeat(attacked, len(classes)),
        "eps": np.repeat(eps, len(classes)),
        "label": np.array(classes),
    }
    rescale, offset = contract.scale
    for kind, files in paths.items():
        pixels = np.stack([_read(file) for file in files])
        rows[kind] = pixels.reshape(len(files), *contract.image_size)
        predicted = checked(predict_classes)(
            estimator=estimator,
            x=rows[kind].astype(np.float32) * np.float32(rescale) + np.float32(offset),
            output=contract.output,
        )
        rows[f"predicted_{kind}"] = np.array(contract.class_names)[predicted]
    return rows


def _read(file: Path) -> "NDArray[np.uint8]":
    import numpy as np
    from PIL import Image

    if file.is_file():
        return np.asarray(Image.open(file))
    # Stored without loss, as shares of the pixel interval; a picture shows the nearest level.
    shares = np.load(file.with_suffix(".npy"), allow_pickle=False)
    levels: NDArray[np.uint8] = np.rint(255 * shares).astype(np.uint8)
    return levels
