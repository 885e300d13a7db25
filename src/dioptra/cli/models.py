# SPDX-License-Identifier: Apache-2.0
"""``dioptra models``: registered models and their contracts."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from dioptra.sdk.exceptions import ContractError, ParameterError

if TYPE_CHECKING:
    from dioptra.experiment.importing import Stated

app = App(name="models", help="See registered models, and say what their input and output mean.")


@app.command(name="list")
def list_models() -> None:
    """List the versions of all registered models, each with its classes, image size and pixels."""
    from dioptra.pyplugs import checked
    from dioptra_builtins.registry.contracts import get_model_contract, list_model_versions

    for name, version in checked(list_model_versions)():
        try:
            facts = checked(get_model_contract)(name, version).describe()
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
    from dioptra.pyplugs import checked
    from dioptra_builtins.registry.contracts import get_model_contract
    from dioptra_builtins.registry.mlflow import find_model_version

    number = checked(find_model_version)(name, version)
    contract = checked(get_model_contract)(name, number)
    if as_json:
        facts = {"model": name, "version": number, **contract.model_dump(mode="json")}
        sys.stdout.write(f"{json.dumps(facts)}\n")
        return
    _print({"model": f"{name}, version {number}", **contract.describe()})


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
    from dioptra.experiment.importing import describe_model

    stated = {
        "pixel_interval": parse_interval(pixels),
        "class_names": _read_classes(classes, classes_from),
        "image_size": image_size,
        "output": output,
        "loss": loss,
    }
    _say(name, describe_model(name, version, data, **stated))


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
    from dioptra.experiment import importing

    stated = {
        "pixel_interval": parse_interval(pixels),
        "class_names": _read_classes(classes, classes_from),
        "image_size": image_size,
        "output": output,
        "loss": loss,
    }
    name = name or _name(source)
    _say(name, importing.import_model(source, name, data, trust=trust, **stated))


def _name(source: str) -> str:
    scheme, separator, rest = source.partition(":/")
    if not separator:
        return Path(source).stem
    # models:/NAME/VERSION and runs:/RUN_ID/NAME.
    parts = [part for part in rest.split("/") if part]
    return parts[0] if scheme == "models" else parts[-1]


def _read_classes(classes: str | None, folder: Path | None) -> list[str]:
    from dioptra.datasets import describe_data

    if (classes is None) == (folder is None):
        raise ParameterError("name the classes either by --classes or by --classes-from")
    if folder is not None:
        return list(describe_data(folder).class_names)
    return [name.strip() for name in str(classes).split(",")]


def _say(name: str, stated: "Stated") -> None:
    facts = {"model": f"{name}, version {stated.version}", **stated.contract.describe()}
    if stated.tried is not None:
        for warning in stated.tried["warnings"]:
            sys.stderr.write(f"warning: {warning}\n")
        facts["tried"] = f"{stated.tried['accuracy']:.1%} of {stated.tried['n']} images correct"
    _print(facts)


def _print(facts: dict[str, str]) -> None:
    width = max(map(len, facts))
    for name, value in facts.items():
        sys.stdout.write(f"{name:<{width}}  {value}\n")
