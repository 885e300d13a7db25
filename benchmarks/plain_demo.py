# SPDX-License-Identifier: Apache-2.0
"""The work of the entry point ``demo`` as a plain script, without Prefect and without MLflow.

``python benchmarks/plain_demo.py SETTINGS`` reads the settings, as JSON, from the file SETTINGS.
The tasks are those of the suite, called as functions; models stay in memory, and in a file, where
the entry point registers them and loads them again.
"""

import json
import sys
import tarfile
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from dioptra.report import write_report, write_results
from dioptra_builtins.artifacts.utils import hash_directory
from dioptra_builtins.attacks.fgm import create_adversarial_fgm_dataset
from dioptra_builtins.backend_configs.tensorflow import init_tensorflow
from dioptra_builtins.data.tensorflow import compare_image_folders, create_image_dataset
from dioptra_builtins.estimators.keras_classifiers import init_classifier
from dioptra_builtins.estimators.tensorflow import fit, hash_weights, predict
from dioptra_builtins.metrics.distance import get_distance_metric_list, summarize_distances
from dioptra_builtins.metrics.performance import categorical_accuracy
from dioptra_builtins.random.rng import init_rng
from dioptra_builtins.random.sample import draw_random_integer

if TYPE_CHECKING:
    import keras
    from art.estimators.classification import TensorFlowV2Classifier

IMAGE_SIZE = (28, 28, 1)
# As many images as the example evaluates at a time, which is the fastest measured.
EVALUATION_BATCH = 128
METRICS = [
    "l_inf_norm",
    "l_1_norm",
    "l_2_norm",
    "paired_cosine_similarities",
    "paired_wasserstein_distances",
]


def train_model(
    data: Path, name: str, epochs: int, batch_size: int, seed: int, folder: Path
) -> "tuple[keras.Model, float]":
    """Train a model, and save it.

    Args:
        data: The data folder.
        name: The architecture.
        epochs: The number of epochs.
        batch_size: The number of images in a step.
        seed: The seed.
        folder: Where to save it.

    Returns:
        The model, and its accuracy on the test images.
    """
    import keras

    _, rng = init_rng(seed)
    init_tensorflow(draw_random_integer(rng))
    data_seed, model_seed = draw_random_integer(rng), draw_random_integer(rng)
    training, validation = (
        create_image_dataset(
            data / "training", subset, IMAGE_SIZE, data_seed, batch_size=batch_size
        )
        for subset in ("training", "validation")
    )
    optimizer = keras.optimizers.get({"class_name": "adam", "config": {"learning_rate": 0.001}})
    model = init_classifier(name, optimizer, ["accuracy"], IMAGE_SIZE, 10, seed=model_seed)
    stop = keras.callbacks.EarlyStopping("val_loss", patience=epochs, restore_best_weights=True)
    options = {"epochs": epochs, "validation_data": validation, "callbacks": [stop]}
    fit(model, training, fit_kwargs=options)
    model.save(folder / f"{name}.keras")
    return model, evaluate(model, data / "testing")


def evaluate(model: "keras.Model", folder: Path) -> float:
    """Give the share of a folder's images that a model classifies correctly.

    Args:
        model: The model.
        folder: The folder.
    """
    images = create_image_dataset(
        folder, None, IMAGE_SIZE, 0, validation_split=None, batch_size=EVALUATION_BATCH
    )
    return categorical_accuracy(images.labels, predict(model, images))


def attack_once(
    data: Path,
    classifier: "TensorFlowV2Classifier",
    eps: float,
    target: Path,
    judges: "list[keras.Model]",
    results: Path,
) -> dict[str, Any]:
    """Attack the test images, store all that the entry point fgm stores, and evaluate models.

    Args:
        data: The data folder.
        classifier: The attacked model.
        eps: The strength.
        target: A new folder for the adversarial images.
        judges: The models to evaluate.
        results: Where to put the table of distances and the tarball of the images.

    Returns:
        What results.json has of an attack, with ``accuracies``, one for each judge.
    """
    metrics = get_distance_metric_list([{"name": name, "func": name} for name in METRICS])
    distances = create_adversarial_fgm_dataset(
        data / "testing", target, classifier, IMAGE_SIZE, metrics, eps=eps, labels="predicted"
    )
    integrity = compare_image_folders(data / "testing", target, IMAGE_SIZE)
    accuracies = [evaluate(model, target) for model in judges]
    compression = {"method": "gzip", "compresslevel": 1}
    distances.to_csv(results / f"{target.name}.csv.gz", index=False, compression=compression)
    with tarfile.open(results / f"{target.name}.tar.gz", "w:gz", compresslevel=1) as tarball:
        tarball.add(target, target.name)
    return {
        **integrity,
        "adversarial_images_sha256": hash_directory(target),
        "distances": summarize_distances(distances),
        "accuracies": accuracies,
    }


def attack_all(
    data: Path,
    models: "dict[str, keras.Model]",
    strengths: list[float],
    folder: Path,
    results: Path,
) -> list[dict[str, Any]]:
    """Attack every model with every strength, and evaluate all models on the images.

    Args:
        data: The data folder.
        models: The models by their names.
        strengths: The values of eps.
        folder: Where to put the adversarial images.
        results: Where to put the tables and tarballs.

    Returns:
        What results.json has of the attacks, an entry for each evaluated model.
    """
    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    attacks = []
    testing = {"data_sha256.testing": hash_directory(data / "testing")}
    judges = list(models.values())
    for attacked, model in models.items():
        hashes = {**testing, "model_sha256.weights": hash_weights(model)}
        for eps in strengths:
            target = folder / f"fgm_{attacked}_{eps}"
            outcome = attack_once(data, wrap_model(model), eps, target, judges, results)
            kept = dict(zip(models, outcome.pop("accuracies"), strict=True))
            common = {"attack": "fgm", "attacked": attacked, "eps": eps, "norm": "inf", **hashes}
            attacks += [
                {**common, "labels": "predicted", "evaluated": name, "accuracy": share, **outcome}
                for name, share in kept.items()
            ]
    return attacks


def run(settings: dict[str, Any]) -> dict[str, Any]:
    """Train, attack, evaluate and report.

    Args:
        settings: ``data`` and ``results``, folders; ``seed``; ``eps``, the strengths; and
            ``training``, the length of the training by architecture.

    Returns:
        What the report is made from.
    """
    data, results = Path(settings["data"]), Path(settings["results"])
    results.mkdir(parents=True)
    start = time.perf_counter()
    models, accuracies = {}, {}
    for name, length in settings["training"].items():
        trained = train_model(data, name, seed=settings["seed"], folder=results, **length)
        models[name], accuracies[name] = trained
    # The images stay in the tarballs alone, as those of the entry point do.
    with TemporaryDirectory() as working_dir:
        attacks = attack_all(data, models, settings["eps"], Path(working_dir), results)
    shown = {
        name: {
            "clean_accuracy": accuracies[name],
            "parameters": model.count_params(),
            "epochs": settings["training"][name]["epochs"],
        }
        for name, model in models.items()
    }
    summary = {
        "dataset": data.name,
        "n_test": attacks[0]["n"],
        "seed": settings["seed"],
        "models": shown,
        "attacks": attacks,
        "versions": {},
        "durations": {"total": time.perf_counter() - start},
    }
    write_results(results, summary)
    write_report(results)
    return summary


if __name__ == "__main__":
    print(json.dumps(run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))["models"]))
