# SPDX-License-Identifier: Apache-2.0
"""Registered models wrapped for the Adversarial Robustness Toolbox (ART)."""

from typing import TYPE_CHECKING

from dioptra import pyplugs
from dioptra_builtins.registry.contracts import get_model_contract
from dioptra_builtins.registry.mlflow import load_tensorflow_keras_classifier

if TYPE_CHECKING:
    import keras
    from art.estimators.classification import TensorFlowV2Classifier

    from dioptra.contracts import ModelContract


@pyplugs.register(requires=("art", "keras", "mlflow", "tensorflow"))
def load_wrapped_tensorflow_keras_classifier(
    name: str, version: int | str
) -> "TensorFlowV2Classifier":
    """Load a registered Keras model as an ART classifier, ready for attack.

    Clip values, image size and classes are those of the model's contract. Where the model ends in a
    softmax or a sigmoid, gradients are taken from the logits below it, and ``predict`` gives these
    logits; a single output stands for two classes.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias of a version, or ``"latest"``.

    Returns:
        A classifier for images, float32 [n, height, width, channels] within its clip values; its
        attribute ``contract`` is the model's contract.

    Raises:
        ModelNotFoundError: There is no such model, version or alias.
        ContractError: The model has no contract, or is not what it says.
        NonFiniteError: A weight is NaN or infinite.
    """
    contract = get_model_contract(name, version)
    return wrap_tensorflow_keras_classifier(
        load_tensorflow_keras_classifier(name, version), contract
    )


@pyplugs.register(requires=("art", "keras", "tensorflow"))
def wrap_tensorflow_keras_classifier(
    estimator: "keras.Model", contract: "ModelContract"
) -> "TensorFlowV2Classifier":
    """Wrap a Keras model as an ART classifier, ready for attack.

    Args:
        estimator: The model.
        contract: What its input and output mean, as made by ``registry.contracts``.

    Returns:
        A classifier for images, float32 [n, height, width, channels] within its clip values, which
        are the model's pixel interval; its attribute ``contract`` is the contract.

    Raises:
        ContractError: The model is not what the contract says, or cannot be attacked.
    """
    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    return wrap_model(estimator, contract)
