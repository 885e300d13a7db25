# SPDX-License-Identifier: Apache-2.0
"""``dioptra models``: registered models and their contracts."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from dioptra.pyplugs import checked
from dioptra.sdk.exceptions import ContractError, ParameterError
from dioptra_builtins.backend_configs.tensorflow import init_tensorflow
from dioptra_builtins.data.tensorflow import create_image_dataset
from dioptra_builtins.estimators.tensorflow import hash_weights
from dioptra_builtins.registry.art import wrap_tensorflow_keras_classifier
from dioptra_builtins.registry.contracts import (
    get_model_contract,
    list_model_versions,
    make_model_contract,
    set_model_contract,
    try_classifier,
)
from dioptra_builtins.registry.files import read_keras_model
from dioptra_builtins.registry.mlflow import (
    add_model_to_registry,
    check_model_name,
    find_model_version,
    load_tensorflow_keras_classifier,
    trust_model,
)
from dioptra_builtins.tracking.mlflow import log_tensorflow_keras_estimator, set_tags, start_run

# As many images of a data set as a model is tried on, at most.
TRIED = 1000
# The MLflow experiment of the runs that register them.
EXPERIMENT = "models"

app = App(name="models", help="See registered models, and say what their input and output mean.")


@app.command(name="list")
def list_models() -> None:
    """List the versions of all registered models, each with its classes, image size and pixels."""
    for name, version in checked(list_model_versions)():
        try:
            facts = _get_contract(name, version).describe()
            text = "; ".join(facts[key] for key in ("image size", "pixels", "classes"))
        except ContractError:
            text = "no contract (see dioptra models describe)"
        sys.stdout.write(f"{name}  {version}  {text}\n")


@app.command
def show(
    name: str,
    version: str = "latest",
    /,
    *,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """Show the contract of a registered model: its classes, image size, pixels, output and loss.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias, or latest.
        as_json: Write JSON.
    """
    number = checked(find_model_version)(name, version)
    contract = _get_contract(name, number)
    if as_json:
        facts = {"model": name, "version": number, **contract.model_dump(mode="json")}
        sys.stdout.write(f"{json.dumps(facts)}\n")
        return
    _say({"model": f"{name}, version {number}", **contract.describe()})


@app.command
def describe(
    name: str,
    version: str = "latest",
    /,
    *,
    pixels: str,
    classes: str | None = None,
    classes_from: Path | None = None,
    image_size: tuple[int, int, int] | None = None,
    output: Literal["logits", "probabilities"] | None = None,
    loss: str | None = None,
    data: Path | None = None,
) -> None:
    """Say what the input and output of a registered model mean; this is the model's contract.

    What the model itself says is read from it, and need not be given: image size, output and loss.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias, or latest.
        pixels: What a byte 0 and a byte 255 are in the model's input: 0..1, --pixels=-1..1, 0..255.
        classes: The names of the classes in the order of the model's outputs, separated by commas.
        classes_from: A folder whose class folders, sorted by name, are the classes.
        image_size: Height and width in pixels, and channels, where the model does not say them.
        output: What the model gives, where it does not say it.
        loss: The name of its loss in Keras, where it was not compiled with one.
        data: A folder of class folders with images that the model should know. It is tried on up
            to 1,000 of them before the contract is kept.
    """
    from dioptra.contracts import parse_interval

    stated = {
        "pixel_interval": parse_interval(pixels),
        "class_names": _read_classes(classes, classes_from),
        "image_size": image_size,
        "output": output,
        "loss": loss,
    }
    number = checked(find_model_version)(name, version)
    checked(init_tensorflow)(seed=0)
    estimator = checked(load_tensorflow_keras_classifier)(name, number)
    contract, tried = _make_contract(estimator, data, **stated, **_get_origin(name, number))
    checked(set_model_contract)(name, number, contract)
    _say({"model": f"{name}, version {number}", **contract.describe(), **tried})


@app.command(name="import")
def import_model(
    source: str,
    name: str | None = None,
    /,
    *,
    pixels: str,
    classes: str | None = None,
    classes_from: Path | None = None,
    image_size: tuple[int, int, int] | None = None,
    output: Literal["logits", "probabilities"] | None = None,
    loss: str | None = None,
    data: Path | None = None,
    trust: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Register a Keras model that other code has made, with its contract.

    What the model itself says is read from it, and need not be given: image size, output and loss.

    Args:
        source: A .keras, .h5 or .hdf5 file, or an MLflow URI: models:/NAME/VERSION,
            runs:/RUN_ID/NAME.
        name: The name to register it under. Without it, that of the file or of the model.
        pixels: What a byte 0 and a byte 255 are in the model's input: 0..1, --pixels=-1..1, 0..255.
        classes: The names of the classes in the order of the model's outputs, separated by commas.
        classes_from: A folder whose class folders, sorted by name, are the classes.
        image_size: Height and width in pixels, and channels, where the model does not say them.
        output: What the model gives, where it does not say it.
        loss: The name of its loss in Keras, where it was not compiled with one.
        data: A folder of class folders with images that the model should know. It is tried on up
            to 1,000 of them before it is registered.
        trust: Also import a model that holds code, such as a Lambda layer. The code runs with your
            rights, now and whenever the model is loaded.
    """
    from dioptra.contracts import parse_interval

    stated = {
        "pixel_interval": parse_interval(pixels),
        "class_names": _read_classes(classes, classes_from),
        "image_size": image_size,
        "output": output,
        "loss": loss,
    }
    name = name or _name(source)
    checked(check_model_name)(name)
    checked(init_tensorflow)(seed=0)
    estimator = checked(read_keras_model)(source, trust=trust)
    contract, tried = _make_contract(estimator, data, **stated)
    number = _register(estimator, contract, name)
    if trust:
        checked(trust_model)(name, number)
    _say({"model": f"{name}, version {number}", **contract.describe(), **tried})


def _make_contract(estimator: Any, data: Path | None, **stated: Any) -> tuple[Any, dict[str, str]]:
    contract = checked(make_model_contract)(estimator, **stated)
    return contract, {} if data is None else _try(estimator, contract, data)


def _name(source: str) -> str:
    scheme, separator, rest = source.partition(":/")
    if not separator:
        return Path(source).stem
    # models:/NAME/VERSION and runs:/RUN_ID/NAME.
    parts = [part for part in rest.split("/") if part]
    return parts[0] if scheme == "models" else parts[-1]


def _register(estimator: Any, contract: Any, name: str) -> str:
    opened = checked(start_run)(EXPERIMENT, f"import {name}")
    with opened as run:
        weights = checked(hash_weights)(estimator)
        checked(set_tags)({"weights_sha256": weights})
        checked(log_tensorflow_keras_estimator)(estimator, "model", contract)
        made = checked(add_model_to_registry)(run, name, "model")
    # Only of a blank name is it None, which check_model_name has refused.
    return "" if made is None else str(made.version)


def _read_classes(classes: str | None, folder: Path | None) -> list[str]:
    from dioptra.datasets import describe_data

    if (classes is None) == (folder is None):
        raise ParameterError("name the classes either by --classes or by --classes-from")
    if folder is not None:
        return list(describe_data(folder).class_names)
    return [name.strip() for name in str(classes).split(",")]


def _get_origin(name: str, version: str) -> dict[str, Any]:
    try:
        known = _get_contract(name, version)
    except ContractError:
        return {}
    return {"data_name": known.data_name, "data_sha256": known.data_sha256}


def _try(estimator: Any, contract: Any, folder: Path) -> dict[str, str]:
    import numpy as np

    classifier = checked(wrap_tensorflow_keras_classifier)(estimator, contract)
    rescale, offset = contract.scale
    dataset = checked(create_image_dataset)(
        data_dir=folder,
        subset=None,
        image_size=contract.image_size,
        seed=0,
        validation_split=None,
        rescale=rescale,
        offset=offset,
    )
    places = np.array(contract.match(dataset.class_names))[dataset.labels]
    # Of all classes, whose images follow each other.
    chosen = np.unique(np.linspace(0, len(places) - 1, TRIED).astype(int))
    images = np.concatenate([batch for batch, _ in dataset.as_numpy_iterator()])[chosen]
    tried = checked(try_classifier)(classifier, images, places[chosen])
    for warning in tried["warnings"]:
        sys.stderr.write(f"warning: {warning}\n")
    return {"tried": f"{tried['accuracy']:.1%} of {tried['n']} images correct"}


def _get_contract(name: str, version: str) -> Any:
    return checked(get_model_contract)(name, version)


def _say(facts: dict[str, str]) -> None:
    width = max(map(len, facts))
    for name, value in facts.items():
        sys.stdout.write(f"{name:<{width}}  {value}\n")
