# SPDX-License-Identifier: Apache-2.0
"""Classifiers that predict probabilities, for the attacks that reckon with them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from art.estimators.classification import TensorFlowV2Classifier


def with_probabilities(classifier: "TensorFlowV2Classifier") -> "TensorFlowV2Classifier":
    """Give a classifier that predicts the probabilities of the classes.

    Args:
        classifier: An ART classifier that predicts logits or probabilities.

    Returns:
        The classifier itself where it predicts probabilities, else one like it with a softmax over
        its logits and without a loss.
    """
    import keras
    import numpy as np
    from art.utils import is_probability

    image = np.ones((1, *classifier.input_shape), np.float32)
    if is_probability(classifier.predict(image)[0]):
        return classifier
    model = keras.Sequential([classifier.model, keras.layers.Softmax()])
    parameters = {**classifier.get_params(), "model": model, "loss_object": None}
    return type(classifier)(**parameters)
