"""Local tasks of this example, and the small things that its flows share."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra import __version__, datasets, pyplugs
from dioptra.entrypoint import format_value
from dioptra.pyplugs import call_task
from dioptra.sdk.exceptions import DatasetError
from dioptra.sdk.workspace import find_workspace
from prefect import task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras
    import numpy as np

EXPERIMENT = Path(__file__).parents[1].name
MODEL_DIR = "model"
ADVERSARIAL_IMAGES = "adversarial_images"
TARBALL = f"{ADVERSARIAL_IMAGES}.tar.gz"
# Evaluation has no training step to keep to. A batch of 32 takes a sixth longer, and one of 256
# a third: what le_net computes of it no longer fits into the processor's cache.
EVALUATION_BATCH = 128


def start_run(name: str) -> Any:
    """Open the MLflow run of an entry point."""
    return pyplugs.call(
        "dioptra_builtins.tracking",
        "mlflow",
        "start_run",
        experiment_name=EXPERIMENT,
        run_name=name,
    )


@task
def find_data(data_dir: Path | None) -> Path:
    """Give the data folder: the one that was named, or the workspace's data/mnist."""
    folder = data_dir or find_workspace() / "data" / "mnist"
    if not (folder / "testing").is_dir():
        raise DatasetError(
            f"{str(folder)!r} has no folders training and testing; make them with: "
            f"dioptra data mnist {folder}"
        )
    return folder.resolve()


def seed_all(seed: int) -> tuple[int, np.random.Generator]:
    """Seed all random numbers of a run, and log the settings that its results depend on.

    Args:
        seed: The seed; -1 draws one.

    Returns:
        The seed, and a generator for what else the run draws.
    """
    seed, rng = call_task("dioptra_builtins.random", "rng", "init_rng", seed=seed)
    settings = call_task(
        "dioptra_builtins.backend_configs",
        "tensorflow",
        "init_tensorflow",
        seed=call_task("dioptra_builtins.random", "sample", "draw_random_integer", rng=rng),
    )
    used = {f"tensorflow_{name}": value for name, value in settings.items()}
    log_parameters({"used_seed": seed, **used})
    return seed, rng


def log_parameters(parameters: Mapping[str, Any]) -> None:
    """Log parameters, as a command line takes them, to the run of the entry point."""
    texts = {name: format_value(value) for name, value in parameters.items()}
    call_task("dioptra_builtins.tracking", "mlflow", "log_parameters", parameters=texts)


def hash_files(folder: Path) -> str:
    """Hash the names and contents of a folder's files: what a run used or made, without doubt."""
    return call_task("dioptra_builtins.artifacts", "utils", "hash_directory", source_dir=folder)


def hash_weights(estimator: keras.Model) -> str:
    """Hash a model's weights."""
    return call_task(
        "dioptra_builtins.estimators", "tensorflow", "hash_weights", estimator=estimator
    )


def log_hashes(hashes: Mapping[str, str]) -> None:
    """Log hashes to the run of the entry point, as tags; they come into its manifest."""
    call_task("dioptra_builtins.tracking", "mlflow", "set_tags", tags=hashes)


def get_hashes(run_id: str) -> dict[str, str]:
    """Get the hashes that a run has logged."""
    data = call_task("dioptra_builtins.tracking", "mlflow", "get_run_data", run_id=run_id)
    return {name: value for name, value in data.tags.items() if "_sha256" in name}


def find_model_version(name: str, version: str) -> str:
    """Give the number of a registered model's version."""
    return call_task(
        "dioptra_builtins.registry", "mlflow", "find_model_version", name=name, version=version
    )


def open_images(folder: Path, image_size: tuple[int, int, int]) -> Any:
    """Open a folder of images for evaluation: all of them, in the order of their files."""
    return call_task(
        "dioptra_builtins.data",
        "tensorflow",
        "create_image_dataset",
        data_dir=folder,
        subset=None,
        image_size=image_size,
        seed=0,
        validation_split=None,
        batch_size=EVALUATION_BATCH,
    )


def read_images(dataset: Any) -> tuple[Any, Any]:
    """Read a data set for evaluation into memory.

    Args:
        dataset: What open_images gave.

    Returns:
        Its images, float32 [n, height, width, channels], and their labels, int64 [n].
    """
    import numpy as np

    images = np.concatenate([batch for batch, _ in dataset.as_numpy_iterator()])
    return images, dataset.labels


def fetch_adversarial_images(run_id: str, working_dir: Path) -> Path:
    """Fetch and unpack the adversarial images of a run of fgm.

    Args:
        run_id: The run.
        working_dir: The folder to unpack them in.

    Returns:
        The folder with one folder for each class.
    """
    tarball = call_task(
        "dioptra_builtins.artifacts",
        "mlflow",
        "download_all_artifacts_in_run",
        run_id=run_id,
        artifact_path=TARBALL,
        destination_path=str(working_dir),
    )
    with contextlib.chdir(working_dir):
        call_task("dioptra_builtins.artifacts", "utils", "extract_tarfile", filepath=tarball)
    # It has the name of the folder in which the run of fgm made the images.
    return next(entry for entry in working_dir.iterdir() if entry.is_dir())


@task
def prepare_data(dataset: str) -> Path:
    """Make the data set, or the bundled digits where MNIST cannot be had.

    Args:
        dataset: "mnist", "digits", or "auto": MNIST, and without network the digits.

    Returns:
        The folder of the data set.
    """
    data = find_workspace() / "data"
    if dataset == "digits":
        return datasets.make_digits(data / "digits")
    if dataset == "mnist":
        return datasets.make_mnist(data / "mnist")
    folder, reason = datasets.make_mnist_or_digits(data)
    if reason:
        print(f"MNIST is out of reach: {reason}")
        print("Going on with scikit-learn's bundled handwritten digits; the results name them.")
    return folder


@task
def get_optimizer(optimizer: str, learning_rate: float) -> keras.optimizers.Optimizer:
    """Make the optimizer of the training."""
    import keras

    return keras.optimizers.get(
        {"class_name": optimizer, "config": {"learning_rate": learning_rate}}
    )


@task
def get_callbacks(patience: int) -> list[keras.callbacks.Callback]:
    """Stop early where the validation loss no longer falls, and keep the best weights."""
    import keras

    return [keras.callbacks.EarlyStopping("val_loss", patience=patience, restore_best_weights=True)]


@task
def measure_accuracy(estimator: keras.Model, dataset: Any) -> float:
    """Give the share of a data set's images, in [0, 1], that a model classifies correctly."""
    probabilities = pyplugs.call(
        "dioptra_builtins.estimators", "tensorflow", "predict", estimator=estimator, x=dataset
    )
    if probabilities.shape[1] != len(dataset.class_names):
        raise DatasetError(
            f"the model tells {probabilities.shape[1]} classes apart, the data set has "
            f"{len(dataset.class_names)}"
        )
    return pyplugs.call(
        "dioptra_builtins.metrics",
        "performance",
        "categorical_accuracy",
        y_true=dataset.labels,
        y_pred=probabilities,
    )


@task
def log_history(history: keras.callbacks.History) -> None:
    """Log the loss and the metrics of every epoch to the run of the entry point."""
    import mlflow

    for epoch, values in enumerate(zip(*history.history.values(), strict=True)):
        mlflow.log_metrics(dict(zip(history.history, values, strict=True)), step=epoch)


def say(line: str) -> None:
    """Tell the user how far a run is."""
    print(line, flush=True)


def describe_model(model: Mapping[str, Any]) -> dict[str, Any]:
    """Make the entry of a trained model in results.json.

    Args:
        model: What train returned.
    """
    shown = ("clean_accuracy", "parameters", "epochs")
    return {**{name: model[name] for name in shown}, **get_hashes(model["run_id"])}


def describe_attack(
    attack: Mapping[str, Any], outcome: Mapping[str, Any], evaluated: str
) -> dict[str, Any]:
    """Make the entry of one attack and one evaluated model in results.json.

    Args:
        attack: What fgm returned.
        outcome: What infer returned, or the attack itself where it is the attacked model.
        evaluated: The evaluated model.
    """
    names = ("eps", "norm", "labels", "linf_max", "unchanged_share", "distances")
    return {
        "attack": attack["attack"],
        "attacked": attack["model_name"],
        "evaluated": evaluated,
        **{name: attack[name] for name in names},
        **get_hashes(attack["run_id"]),
        "accuracy": outcome["accuracy"],
        "n": outcome["n"],
    }


@task
def save_samples(
    results: Path,
    models: Mapping[str, Mapping[str, Any]],
    sets: Mapping[tuple[str, float], Path],
    data_dir: Path,
) -> None:
    """Save the first image of every class, clean and attacked, for the report.

    Args:
        results: The results folder.
        models: What train returned, by the model's name.
        sets: The folders of adversarial images, by attacked model and eps.
        data_dir: The folder of the clean test images.
    """
    import numpy as np

    loaded = {name: _load(model) for name, model in models.items()}
    samples = [
        collect_samples(attacked, eps, loaded[attacked], folder, data_dir)
        for (attacked, eps), folder in sets.items()
    ]
    results.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        results / "samples.npz",
        **{name: np.concatenate([sample[name] for sample in samples]) for name in samples[0]},
    )


def collect_samples(
    attacked: str, eps: float, estimator: keras.Model, folder: Path, data_dir: Path
) -> dict[str, Any]:
    """Gather the first image of every class, clean and attacked, with what the model sees.

    Args:
        attacked: The name of the attacked model.
        eps: The strength of the attack.
        estimator: The attacked model.
        folder: Its adversarial images.
        data_dir: The folder of the clean test images.

    Returns:
        The arrays of a report's samples.npz, one row for each class.
    """
    import numpy as np
    from PIL import Image

    classes = sorted(entry.name for entry in data_dir.iterdir() if entry.is_dir())
    first = [(name, min(file.name for file in (data_dir / name).iterdir())) for name in classes]
    paths = {
        "clean": [data_dir / name / file for name, file in first],
        "adversarial": [folder / name / f"adv_{file}" for name, file in first],
    }
    rows: dict[str, Any] = {
        "attacked": np.repeat(attacked, len(classes)),
        "eps": np.repeat(eps, len(classes)),
        "label": np.array(classes),
    }
    for kind, files in paths.items():
        pixels = np.stack([np.asarray(Image.open(file)) for file in files])
        rows[kind] = pixels.reshape(len(files), *estimator.input_shape[1:])
        output = estimator.predict_on_batch(rows[kind].astype(np.float32) / 255)
        rows[f"predicted_{kind}"] = np.array(classes)[output.argmax(axis=1)]
    return rows


def _load(model: Mapping[str, Any]) -> keras.Model:
    return pyplugs.call(
        "dioptra_builtins.registry",
        "mlflow",
        "load_tensorflow_keras_classifier",
        name=model["model_name"],
        version=model["model_version"],
    )


@task
def log_results(results: Path, attacks: Sequence[Mapping[str, Any]]) -> None:
    """Log the results folder, and every accuracy over eps, to the run of the entry point."""
    import mlflow

    for attack in attacks:
        name = f"accuracy_{attack['attack']}_{attack['attacked']}_on_{attack['evaluated']}"
        # MLflow draws metrics over whole steps: thousandths of eps.
        mlflow.log_metric(name, attack["accuracy"], step=round(1000 * attack["eps"]))
    mlflow.log_artifacts(str(results), "results")


@task
def log_files(files: Sequence[Path]) -> None:
    """Log files of results to the run of the entry point."""
    import mlflow

    for file in files:
        mlflow.log_artifact(str(file), "results")


def get_versions() -> dict[str, str]:
    """Give the versions of what the results depend on."""
    import platform
    from importlib.metadata import version

    libraries = ("adversarial-robustness-toolbox", "keras", "mlflow", "numpy", "prefect")
    return {
        "python": platform.python_version(),
        # In the workers, its code is mounted and not installed.
        "dioptra": __version__,
        **{name: version(name) for name in libraries},
        "tensorflow": _tensorflow_version(),
    }


def _tensorflow_version() -> str:
    import tensorflow as tf

    # The library goes by several names as a package, see the extras in pyproject.toml.
    return str(tf.__version__)
