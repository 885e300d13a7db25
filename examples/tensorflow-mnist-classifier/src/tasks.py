"""Local tasks of this example, and the small things that its flows share."""

from __future__ import annotations

import contextlib
import tempfile
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
    import pandas as pd
    from dioptra.contracts import ModelContract
    from numpy.typing import NDArray

EXPERIMENT = Path(__file__).parents[1].name
MODEL_DIR = "model"
ADVERSARIAL_IMAGES = "adversarial_images"
TARBALL = f"{ADVERSARIAL_IMAGES}.tar.gz"
PREDICTIONS = "predictions"
ACCURACIES = ("accuracy", "accuracy_low", "accuracy_high")
# How far two accuracies of the same images may lie apart before it is said.
POINT = 0.01
# The parameters of attacks that entry points take as shares of the pixel interval.
SHARES = ("eps", "eps_step")
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
def find_data(data_dir: Path | None, subsets: Sequence[str] = ("testing",)) -> Path:
    """Give the data folder: the one that was named, or the workspace's data/mnist.

    Args:
        data_dir: The folder that was named.
        subsets: The folders that it must have.

    Returns:
        An absolute path.
    """
    folder = data_dir or find_workspace() / "data" / "mnist"
    if not folder.is_dir():
        how = "" if data_dir else f"; make it with: dioptra data mnist {folder}"
        raise DatasetError(f"no such folder: {folder}{how}")
    missing = [name for name in subsets if not (folder / name).is_dir()]
    if missing:
        raise DatasetError(
            f"{str(folder)!r} has no folder {missing[0]!r}; a data set has the folders training "
            "and testing, each with one folder of PNG images for each class"
        )
    return folder.resolve()


def get_contract(name: str, version: str) -> ModelContract:
    """Get what a registered model's input and output mean."""
    return call_task(
        "dioptra_builtins.registry", "contracts", "get_model_contract", name=name, version=version
    )


def check_model_name(name: str) -> None:
    """Check, before training, that a model can be registered under a name."""
    call_task("dioptra_builtins.registry", "mlflow", "check_model_name", name=name)


@task
def check_classes(training: Path, testing: Path) -> None:
    """Check, before training, that the classes of the test images are among those that are learnt.

    Args:
        training: The training images, one folder for each class.
        testing: The test images.
    """
    known, found = (datasets.list_images(folder).class_names for folder in (training, testing))
    datasets.match_classes(known, found)


def in_pixels(options: Mapping[str, Any], contract: ModelContract) -> dict[str, Any]:
    """Turn the parameters of an attack that are shares of the pixel interval into pixel values.

    Args:
        options: Parameters of an attack.
        contract: That of the attacked model.

    Returns:
        All of them; in pixel values what SHARES names.
    """
    pixels = {
        name: value * contract.width if name in SHARES else value for name, value in options.items()
    }
    if "attack_name" in options and contract.width != 1:
        pixels["attack_parameters"] = call_task(
            "dioptra_builtins.attacks",
            "art",
            "scale_attack_parameters",
            attack_name=options["attack_name"],
            attack_parameters=options["attack_parameters"],
            width=contract.width,
        )
    return pixels


@task
def check_fit(
    contract: ModelContract, name: str, image_size: tuple[int, int, int], folder: Path
) -> None:
    """Check, before any work, that a model and a folder of images fit.

    Args:
        contract: What the model's input and output mean.
        name: The model's name in the registry.
        image_size: Height and width in pixels, and channels, of the images.
        folder: The images, one folder for each class.
    """
    contract.check_image_size(image_size, f"the model {name!r}")
    contract.match(datasets.list_images(folder).class_names)


def compare_origin(
    contract: ModelContract, name: str, data_sha256: str | None, data: str
) -> list[str]:
    """Say where a model is tested on other data than it was trained for.

    Args:
        contract: What is known of the model.
        name: The model's name in the registry.
        data_sha256: The hash of the clean images that it is tested on, where it is known.
        data: What the sentence calls them.

    Returns:
        A sentence; none where the data are the same, or where nobody knows.
    """
    known = contract.data_sha256.get("testing")
    if known is None or data_sha256 is None or known == data_sha256:
        return []
    note = (
        f"the model {name!r} was trained on {contract.data_name or 'another data set'}, and is "
        f"tested on other images ({data})"
    )
    return [note]


def compare_storage(stored: float, in_memory: float) -> list[str]:
    """Say where the stored images do not do what the attacked ones did.

    Args:
        stored: The accuracy on the stored images, in [0, 1].
        in_memory: The accuracy on the attacked images, before they were stored.

    Returns:
        A sentence; none where they differ by a point at most.
    """
    if abs(stored - in_memory) <= POINT:
        return []
    note = (
        f"the accuracy is {in_memory:.1%} on the attacked images in memory, but {stored:.1%} on "
        "the stored ones, whose pixels are rounded to 8 bits"
    )
    return [note]


def log_notes(notes: Sequence[str]) -> None:
    """Log what must be known of a result as a tag of the run of the entry point."""
    if notes:
        tags = {"dioptra.notes": "; ".join(notes)}
        call_task("dioptra_builtins.tracking", "mlflow", "set_tags", tags=tags)


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


def open_images(
    folder: Path, image_size: tuple[int, int, int], contract: ModelContract | None = None
) -> Any:
    """Open a folder of images for evaluation: all of them, in the order of their files.

    Args:
        folder: The images, one folder for each class.
        image_size: Height and width in pixels, and channels.
        contract: That of the model that they are for; without it, pixels go from 0 to 1.

    Returns:
        The data set.
    """
    rescale, offset = (1 / 255, 0.0) if contract is None else contract.scale
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
        rescale=rescale,
        offset=offset,
    )


def read_images(dataset: Any, contract: ModelContract) -> tuple[Any, Any]:
    """Read a data set for evaluation into memory.

    Args:
        dataset: What open_images gave.
        contract: That of the model that they are for.

    Returns:
        Its images, float32 [n, height, width, channels], and their labels as places among the
        model's classes, int64 [n].
    """
    import numpy as np

    images = np.concatenate([batch for batch, _ in dataset.as_numpy_iterator()])
    return images, find_labels(dataset, contract)


def find_labels(dataset: Any, contract: ModelContract) -> NDArray[np.int64]:
    """Give the labels of a data set's images as places among a model's classes, int64 [n]."""
    import numpy as np

    return np.array(contract.match(dataset.class_names))[dataset.labels]


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
def predict_labels(estimator: Any, dataset: Any, contract: ModelContract) -> pd.DataFrame:
    """Predict the class of each image of a data set.

    Args:
        estimator: A Keras model, or a classifier of ART.
        dataset: What open_images gave.
        contract: What the output of the model means; classes are matched by their names.

    Returns:
        One row for each image, in the order of the files: ``image`` (its path below the folder),
        ``label`` and ``prediction`` (the names of its class and of the predicted one), and whether
        it is ``correct``.
    """
    import numpy as np
    import pandas as pd

    # Refuses a class that the model does not know.
    contract.match(dataset.class_names)
    predicted = pyplugs.call(
        "dioptra_builtins.estimators",
        "tensorflow",
        "predict_classes",
        estimator=estimator,
        x=dataset,
        output=contract.output,
    )
    labels = np.array(dataset.class_names)[dataset.labels]
    predictions = np.array(contract.class_names)[predicted]
    return pd.DataFrame(
        {
            "image": ["/".join(path.rsplit("/", 2)[1:]) for path in dataset.file_paths],
            "label": labels,
            "prediction": predictions,
            "correct": labels == predictions,
        }
    )


def estimate_accuracy(predictions: pd.DataFrame) -> dict[str, float]:
    """Give the accuracy over n images, and the 95 % interval that it is known to.

    Args:
        predictions: One row for each image, with the column ``correct``.

    Returns:
        ``accuracy``, ``accuracy_low`` and ``accuracy_high``, shares in [0, 1], and ``n``.
    """
    return call_task(
        "dioptra_builtins.metrics",
        "comparison",
        "estimate_accuracy",
        correct=predictions["correct"].to_numpy(bool),
    )


def log_predictions(predictions: pd.DataFrame) -> None:
    """Log the predictions for all images to the run of the entry point."""
    call_task(
        "dioptra_builtins.artifacts",
        "mlflow",
        "upload_data_frame_artifact",
        data_frame=predictions,
        file_name=PREDICTIONS,
        file_format="csv.gz",
        file_format_kwargs={"index": False},
    )


def read_outcomes(run_id: str) -> NDArray[np.bool_]:
    """Read which images a run has found to be classified correctly, bool [n]."""
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        path = call_task(
            "dioptra_builtins.artifacts",
            "mlflow",
            "download_all_artifacts_in_run",
            run_id=run_id,
            artifact_path=f"{PREDICTIONS}.csv.gz",
            destination_path=folder,
        )
        return pd.read_csv(path, usecols=["correct"])["correct"].to_numpy(bool)


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
        **{key: outcome[key] for key in ("accuracy_in_memory",) if key in outcome},
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

    loaded = {
        name: (_load(model), get_contract(model["model_name"], model["model_version"]))
        for name, model in models.items()
    }
    samples = [
        collect_samples(attacked, eps, *loaded[attacked], folder, data_dir)
        for (attacked, eps), folder in sets.items()
    ]
    results.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        results / "samples.npz",
        **{name: np.concatenate([sample[name] for sample in samples]) for name in samples[0]},
    )


def collect_samples(
    attacked: str,
    eps: float,
    estimator: keras.Model,
    contract: ModelContract,
    folder: Path,
    data_dir: Path,
) -> dict[str, Any]:
    """Gather the first image of every class, clean and attacked, with what the model sees.

    Args:
        attacked: The name of the attacked model.
        eps: The strength of the attack.
        estimator: The attacked model.
        contract: What its input and output mean.
        folder: Its adversarial images.
        data_dir: The folder of the clean test images.

    Returns:
        The arrays of a report's samples.npz, one row for each class.
    """
    import numpy as np
    from PIL import Image

    images = datasets.list_images(data_dir)
    classes = images.class_names
    first = [images.names[images.labels.index(label)] for label in range(len(classes))]
    paths = {
        "clean": [data_dir / name for name in first],
        "adversarial": [folder / datasets.adversarial_name(name) for name in first],
    }
    rows: dict[str, Any] = {
        "attacked": np.repeat(attacked, len(classes)),
        "eps": np.repeat(eps, len(classes)),
        "label": np.array(classes),
    }
    for kind, files in paths.items():
        pixels = np.stack([np.asarray(Image.open(file)) for file in files])
        rows[kind] = pixels.reshape(len(files), *contract.image_size)
        rescale, offset = contract.scale
        predicted = pyplugs.call(
            "dioptra_builtins.estimators",
            "tensorflow",
            "predict_classes",
            estimator=estimator,
            x=rows[kind].astype(np.float32) * np.float32(rescale) + np.float32(offset),
            output=contract.output,
        )
        rows[f"predicted_{kind}"] = np.array(contract.class_names)[predicted]
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
