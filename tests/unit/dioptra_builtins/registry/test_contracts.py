from typing import Any

import numpy as np
import pytest

from dioptra.contracts import ModelContract
from dioptra.sdk.exceptions import ContractError, ModelNotFoundError, NonFiniteError
from dioptra_builtins._quiet_art import quiet_art
from dioptra_builtins.registry.contracts import (
    get_model_contract,
    list_model_versions,
    make_model_contract,
    set_model_contract,
    try_classifier,
)

pytestmark = pytest.mark.usefixtures("store", "run_id")
INTERVAL = (0.0, 255.0)


def end(*layers: Any, loss: Any = None, size: Any = (8, 8, 1)) -> Any:
    import keras

    model = keras.Sequential([keras.Input(size), keras.layers.Flatten(), *layers], name="own")
    if loss is not None:
        model.compile("adam", loss)
    return model


def dense(units: int, activation: str | None = None) -> Any:
    import keras

    return keras.layers.Dense(units, activation=activation)


def test_what_a_model_says_is_read_from_it() -> None:
    model = end(dense(3, "softmax"), loss="categorical_crossentropy")
    made = make_model_contract(model, ["x", "y", "z"], INTERVAL)
    assert made.image_size == (8, 8, 1)
    assert (made.output, made.outputs) == ("probabilities", 3)
    assert made.loss == "categorical_crossentropy"
    assert made.pixel_interval == INTERVAL


def test_a_loss_that_takes_logits_says_that_the_model_gives_them() -> None:
    import keras

    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    assert make_model_contract(end(dense(3), loss=loss), "xyz", INTERVAL).output == "logits"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "does not say its output, so it must be given"),
        ({"output": "logits"}, "does not say its loss, so it must be given"),
        (
            {"output": "logits", "loss": "mse", "image_size": (9, 9, 1)},
            r"has the image_size \(8, 8, 1\), not \(9, 9, 1\)",
        ),
    ],
)
def test_what_nobody_says_is_asked_for(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        make_model_contract(end(dense(3)), "xyz", INTERVAL, **options)


def test_what_the_model_does_not_say_can_be_given() -> None:
    given: Any = {"output": "logits", "loss": "categorical_crossentropy"}
    made = make_model_contract(end(dense(3)), "xyz", INTERVAL, **given)
    assert (made.output, made.loss) == ("logits", "categorical_crossentropy")


def test_one_output_stands_for_two_classes() -> None:
    model = end(dense(1, "sigmoid"), loss="binary_crossentropy")
    assert make_model_contract(model, ["no", "yes"], INTERVAL).outputs == 1
    with pytest.raises(ContractError, match="1 outputs do not stand for 3 classes"):
        make_model_contract(model, "xyz", INTERVAL)


def test_a_contract_is_kept_with_the_logged_model(contract: ModelContract) -> None:
    assert get_model_contract("net", 1) == contract


def test_a_contract_that_is_added_takes_the_place_of_the_logged_one(
    contract: ModelContract,
) -> None:
    changed = contract.model_copy(update={"pixel_interval": (-1.0, 1.0)})
    set_model_contract("net", 2, changed)
    assert get_model_contract("net", "latest") == changed
    assert get_model_contract("net", "champion") == contract


def test_a_contract_of_an_unknown_model_is_refused(contract: ModelContract) -> None:
    with pytest.raises(ModelNotFoundError, match="no registered model named 'nett'"):
        set_model_contract("nett", 1, contract)


def test_a_contract_that_was_edited_is_refused() -> None:
    from mlflow.tracking import MlflowClient

    MlflowClient().set_model_version_tag("raw", "1", "dioptra.contract", '{"outputs": -1}')
    try:
        with pytest.raises(ContractError, match="'raw', version 1, does not hold: class_names: "):
            get_model_contract("raw", 1)
    finally:
        MlflowClient().delete_model_version_tag("raw", "1", "dioptra.contract")


def test_all_versions_are_listed_by_number() -> None:
    assert list_model_versions() == [("net", "1"), ("net", "2"), ("raw", "1")]


def wrap(model: Any) -> Any:
    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    return wrap_model(model)


def bright_is_second(weight: float) -> Any:
    """A classifier of two classes: the second where the mean of the pixels is above 1/2."""
    model = end(dense(2), loss=logits())
    model.set_weights([np.tile([0, weight / 64], (64, 1)), np.array([0, -weight / 2], np.float32)])
    return wrap(model)


def logits() -> Any:
    import keras

    return keras.losses.CategoricalCrossentropy(from_logits=True)


IMAGES = np.concatenate([np.full((50, 8, 8, 1), share, np.float32) for share in (0.1, 0.9)])
LABELS = np.repeat([0, 1], 50)


def test_a_model_that_knows_its_images_passes_without_a_warning() -> None:
    tried = try_classifier(bright_is_second(1.0), IMAGES, LABELS)
    assert tried == {
        "n": 100,
        "accuracy": 1.0,
        "chance": 0.5,
        "zero_gradient_share": 0.0,
        "warnings": [],
    }


def test_a_model_that_knows_as_much_as_a_guess_is_warned_of_with_the_usual_causes() -> None:
    (warning,) = try_classifier(bright_is_second(1.0), IMAGES, LABELS % 1)["warnings"]
    assert warning.startswith("it classifies 50 of 100 images correctly, which guessing does too")
    assert "its pixel interval is another one, its classes are in another order" in warning


def test_a_model_whose_gradient_is_zero_is_warned_of() -> None:
    tried = try_classifier(bright_is_second(1e4), IMAGES, LABELS)
    assert tried["zero_gradient_share"] == 1
    assert "the gradient of its loss is zero for 100.0% of the images" in tried["warnings"][0]


def test_images_outside_the_pixel_interval_are_refused() -> None:
    with pytest.raises(ContractError, match=r"from 0\.12 to 1\.08, outside .* interval 0\.\.1"):
        try_classifier(bright_is_second(1.0), IMAGES * np.float32(1.2), LABELS)


def test_an_output_that_is_no_number_is_refused() -> None:
    with pytest.raises(NonFiniteError, match="the output of the model 'own'"):
        try_classifier(bright_is_second(np.inf), IMAGES, LABELS)
