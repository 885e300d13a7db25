from typing import Any

import numpy as np
import pytest

from dioptra.contracts import ModelContract
from dioptra.sdk.exceptions import ContractError, ModelNotFoundError
from dioptra_builtins.registry.art import load_wrapped_tensorflow_keras_classifier

pytestmark = pytest.mark.usefixtures("store", "run_id")
IMAGES = np.random.default_rng(0).random((5, 8, 8, 1), np.float32)


def test_a_wrapped_model_takes_its_facts_from_the_contract_and_the_model() -> None:
    classifier: Any = load_wrapped_tensorflow_keras_classifier("net", 1)
    assert classifier.input_shape == (8, 8, 1)
    assert classifier.nb_classes == 3
    np.testing.assert_array_equal(classifier.clip_values, [0, 1])
    assert classifier.loss_object.name == "categorical_crossentropy"


def test_a_wrapped_model_is_a_classifier_of_art() -> None:
    classifier: Any = load_wrapped_tensorflow_keras_classifier("net", 1)
    from art.estimators.classification import TensorFlowV2Classifier

    assert isinstance(classifier, TensorFlowV2Classifier)


@pytest.mark.parametrize(("version", "name"), [(1, "first"), ("latest", "second")])
def test_a_wrapped_model_predicts_the_logits_of_the_registered_one(
    networks: dict[str, Any], version: int | str, name: str
) -> None:
    logits = load_wrapped_tensorflow_keras_classifier("net", version).predict(IMAGES)
    powers = np.exp(logits)
    np.testing.assert_allclose(
        powers / powers.sum(axis=1, keepdims=True),
        networks[name].predict(IMAGES, verbose=0),
        rtol=1e-5,
    )


def test_an_alias_is_known_too(networks: dict[str, Any]) -> None:
    output = load_wrapped_tensorflow_keras_classifier("net", "champion").predict(IMAGES)
    expected = networks["first"].predict(IMAGES, verbose=0)
    np.testing.assert_array_equal(output.argmax(axis=1), expected.argmax(axis=1))


def test_a_wrapped_model_has_gradients() -> None:
    classifier = load_wrapped_tensorflow_keras_classifier("net", 1)
    gradient = classifier.loss_gradient(IMAGES, np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1]])
    assert gradient.shape == IMAGES.shape
    assert (gradient != 0).any(axis=(1, 2, 3)).all()


def test_a_model_without_a_contract_is_refused_with_the_command_that_adds_one() -> None:
    message = r"'raw', version 1, has no contract, .* dioptra models describe 'raw' 1 --pixels"
    with pytest.raises(ContractError, match=message):
        load_wrapped_tensorflow_keras_classifier("raw", 1)


def test_a_wrapped_model_has_its_contract(contract: ModelContract) -> None:
    classifier: Any = load_wrapped_tensorflow_keras_classifier("net", 1)
    assert classifier.contract == contract


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ModelNotFoundError, match="no registered model named 'nett'; known: "):
        load_wrapped_tensorflow_keras_classifier("nett", 1)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ModelNotFoundError, match="has no version or alias '7'; versions: 1, 2"):
        load_wrapped_tensorflow_keras_classifier("net", 7)
