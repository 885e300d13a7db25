# SPDX-License-Identifier: Apache-2.0
"""Registered models: which one, what its input and output mean, and how a new one is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dioptra.contracts import ModelContract
from dioptra.datasets import list_images
from dioptra.entrypoint import Parameters
from dioptra.pyplugs import checked, step
from dioptra_builtins.estimators.tensorflow import hash_weights
from dioptra_builtins.registry import mlflow as registry
from dioptra_builtins.registry.art import load_wrapped_tensorflow_keras_classifier
from dioptra_builtins.registry.contracts import get_model_contract
from dioptra_builtins.tracking.mlflow import log_tensorflow_keras_estimator

if TYPE_CHECKING:
    import keras
    import mlflow
    from art.estimators.classification import TensorFlowV2Classifier

MODEL_DIR = "model"
"""The name of a model among what its run has logged."""


@dataclass(frozen=True)
class Model:
    """A registered model that was found.

    Attributes:
        name: Its name in the registry.
        version: The number of its version.
        contract: What its input and output mean.
    """

    name: str
    version: str
    contract: ModelContract

    def check_fit(self, folder: Path, image_size: Sequence[int] | None = None) -> None:
        """Check, before any work, that the model takes the images of a folder.

        Their size is checked when they are read.

        Args:
            folder: The images, one folder for each class.
            image_size: What was said of their size, if anything.

        Raises:
            ContractError: The model takes images of another size.
            DatasetError: The folder cannot be used, or has a class that the model does not know.
        """
        self.check_image_size(image_size)
        self.contract.match(list_images(folder).class_names)

    def check_image_size(self, image_size: Sequence[int] | None) -> None:
        """Check that the model takes images of a size.

        Args:
            image_size: Height and width in pixels, and channels; None fits.

        Raises:
            ContractError: It takes images of another one.
        """
        if image_size is not None:
            self.contract.check_image_size(image_size, f"the model {self.name!r}")

    def load_classifier(self) -> "TensorFlowV2Classifier":
        """Load it as a classifier of ART, which attacks it."""
        return step(load_wrapped_tensorflow_keras_classifier)(self.name, self.version)

    def load_estimator(self) -> "keras.Model":
        """Load it as a Keras model, which predicts."""
        return step(registry.load_tensorflow_keras_classifier)(self.name, self.version)

    def compare_origin(self, data_sha256: str | None, data: str) -> list[str]:
        """Say where the model is tested on other data than it was trained for.

        Args:
            data_sha256: The hash of the clean images that it is tested on, where it is known.
            data: What the sentence calls them.

        Returns:
            A sentence; none where the data are the same, or where nobody knows.
        """
        known = self.contract.data_sha256.get("testing")
        if known is None or data_sha256 is None or known == data_sha256:
            return []
        origin = self.contract.data_name or "another data set"
        note = (
            f"the model {self.name!r} was trained on {origin}, and is tested on other images "
            f"({data})"
        )
        return [note]


class RegisteredModel(Parameters):
    """A model of MLflow's registry, by its name."""

    model_name: str
    """The registered model."""

    model_version: str = "latest"
    """Its version, an alias, or latest."""

    def find(self) -> Model:
        """Find the model, before any work.

        Returns:
            The model, with the number of its version and its contract.

        Raises:
            ModelNotFoundError: There is no such model, or no such version.
            ContractError: It has no contract.
        """
        version = step(registry.find_model_version)(self.model_name, self.model_version)
        contract = step(get_model_contract)(self.model_name, version)
        return Model(self.model_name, version, contract)


def check_model_name(name: str) -> None:
    """Check, before training, that a model can be registered under a name.

    Args:
        name: The name.

    Raises:
        ParameterError: MLflow takes no such name.
    """
    step(registry.check_model_name)(name)


def register_model(
    run: "mlflow.ActiveRun", estimator: "keras.Model", contract: ModelContract, name: str
) -> str:
    """Log a model to a run, with its contract, and register it.

    Args:
        run: The active MLflow run.
        estimator: A built Keras model.
        contract: What its input and output mean.
        name: The name to register it under.

    Returns:
        The number of its version.

    Raises:
        NonFiniteError: A weight is NaN or infinite.
    """
    checked(log_tensorflow_keras_estimator)(estimator, MODEL_DIR, contract)
    version = checked(registry.add_model_to_registry)(run, name, MODEL_DIR)
    # Only of a blank name is it None, which check_model_name refuses.
    return "" if version is None else str(version.version)


def hash_model(estimator: "keras.Model") -> str:
    """Hash a model's weights.

    Args:
        estimator: A built Keras model.

    Returns:
        SHA-256, in 64 hexadecimal digits.
    """
    return step(hash_weights)(estimator)
