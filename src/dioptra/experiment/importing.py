# SPDX-License-Identifier: Apache-2.0
"""Models that other code has made: their contract is stated, tried and kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.contracts import ModelContract
from dioptra.experiment.images import read_images
from dioptra.experiment.models import register_model
from dioptra.pyplugs import checked
from dioptra.sdk.exceptions import ContractError
from dioptra_builtins.backend_configs.tensorflow import init_tensorflow
from dioptra_builtins.data.tensorflow import create_image_dataset
from dioptra_builtins.estimators.tensorflow import hash_weights
from dioptra_builtins.registry import mlflow as registry
from dioptra_builtins.registry.art import wrap_tensorflow_keras_classifier
from dioptra_builtins.registry.contracts import (
    get_model_contract,
    make_model_contract,
    set_model_contract,
    try_classifier,
)
from dioptra_builtins.registry.files import read_keras_model
from dioptra_builtins.tracking.mlflow import set_tags, start_run

if TYPE_CHECKING:
    import keras

# As many images of a data set as a model is tried on, at most.
TRIED = 1000
# The MLflow experiment of the runs that register them.
EXPERIMENT = "models"


@dataclass(frozen=True)
class Stated:
    """A registered model whose contract was stated.

    Attributes:
        version: The number of its version.
        contract: What its input and output mean.
        tried: Its ``accuracy`` on ``n`` images, and ``warnings``; None where it was not tried.
    """

    version: str
    contract: ModelContract
    tried: dict[str, Any] | None


def describe_model(name: str, version: str, data: Path | None, **stated: Any) -> Stated:
    """State the contract of a registered model.

    Args:
        name: Its name in the registry.
        version: Its version, an alias, or latest.
        data: A folder of class folders; the model is tried on up to 1,000 of its images first.
        **stated: What ``make_model_contract`` of ``dioptra_builtins.registry.contracts`` takes.

    Returns:
        What is kept now.

    Raises:
        ContractError: Something is not stated, or the model says otherwise.
        ModelNotFoundError: There is no such model.
    """
    number = checked(registry.find_model_version)(name, version)
    checked(init_tensorflow)(seed=0)
    estimator = checked(registry.load_tensorflow_keras_classifier)(name, number)
    contract = checked(make_model_contract)(estimator, **stated, **_get_origin(name, number))
    tried = None if data is None else _try(estimator, contract, data)
    checked(set_model_contract)(name, number, contract)
    return Stated(number, contract, tried)


def import_model(
    source: str, name: str, data: Path | None, *, trust: bool = False, **stated: Any
) -> Stated:
    """Register a Keras model that other code has made, with its contract.

    Args:
        source: A file, or an MLflow URI.
        name: The name to register it under.
        data: A folder of class folders; the model is tried on up to 1,000 of its images first.
        trust: Whether a model that holds code is taken.
        **stated: What ``make_model_contract`` of ``dioptra_builtins.registry.contracts`` takes.

    Returns:
        The registered model.

    Raises:
        ContractError: Something is not stated, or the model says otherwise.
        ModelFileError: The source is no such model.
        UntrustedModelError: The model holds code.
    """
    checked(registry.check_model_name)(name)
    checked(init_tensorflow)(seed=0)
    estimator = checked(read_keras_model)(source, trust=trust)
    contract = checked(make_model_contract)(estimator, **stated)
    tried = None if data is None else _try(estimator, contract, data)
    with checked(start_run)(EXPERIMENT, f"import {name}") as run:
        checked(set_tags)({"weights_sha256": checked(hash_weights)(estimator)})
        number = register_model(run, estimator, contract, name)
    if trust:
        checked(registry.trust_model)(name, number)
    return Stated(number, contract, tried)


def _get_origin(name: str, version: str) -> dict[str, Any]:
    try:
        known = checked(get_model_contract)(name, version)
    except ContractError:
        return {}
    return {"data_name": known.data_name, "data_sha256": known.data_sha256}


def _try(estimator: "keras.Model", contract: ModelContract, folder: Path) -> dict[str, Any]:
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
    images, labels = read_images(dataset, contract)
    # Of all classes, whose images follow each other.
    chosen = np.unique(np.linspace(0, len(labels) - 1, TRIED).astype(int))
    tried: dict[str, Any] = checked(try_classifier)(classifier, images[chosen], labels[chosen])
    return tried
