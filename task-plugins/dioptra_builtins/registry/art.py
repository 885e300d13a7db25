# SPDX-License-Identifier: Apache-2.0
"""Registered models wrapped for the Adversarial Robustness Toolbox (ART)."""

from typing import TYPE_CHECKING

from dioptra import pyplugs
from dioptra_builtins.registry.mlflow import load_tensorflow_keras_classifier

if TYPE_CHECKING:
    from art.estimators.classification import TensorFlowV2Classifier


@pyplugs.register(requires=("art", "keras", "mlflow", "tensorflow"))
def load_wrapped_tensorflow_keras_classifier(
    name: str, version: int | str
) -> "TensorFlowV2Classifier":
    """Load a registered Keras model as an ART classifier, ready for attack.

    Clip values, loss and number of classes are those of the model. Where the model ends in a
    softmax, gradients are taken from the logits below it, and ``predict`` gives these logits.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias of a version, or ``"latest"``.

    Returns:
        A classifier for images, float32 [n, height, width, channels].

    Raises:
        ModelNotFoundError: There is no such model, version or alias.
        ParameterError: The model was not compiled with a loss.
    """
    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    return wrap_model(load_tensorflow_keras_classifier(name, version))
