from typing import Any

import pytest
from pydantic import ValidationError

from dioptra.contracts import ModelContract
from dioptra.sdk.exceptions import ContractError, DatasetError

FACTS: dict[str, Any] = {
    "class_names": ("cat", "dog", "owl"),
    "image_size": (32, 24, 3),
    "pixel_interval": (-1.0, 1.0),
    "output": "logits",
    "outputs": 3,
    "loss": "categorical_crossentropy",
    "data_sha256": {"testing": "ab"},
}
CONTRACT = ModelContract(**FACTS)


def test_a_contract_that_is_written_reads_back() -> None:
    assert ModelContract.from_json(CONTRACT.to_json(), "m") == CONTRACT


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"class_names": ("cat", "cat", "owl")}, "a class is named twice"),
        ({"class_names": ("cat",), "outputs": 1}, "class_names"),
        ({"outputs": 1}, "1 outputs do not stand for 3 classes"),
        ({"outputs": 4}, "4 outputs do not stand for 3 classes"),
        ({"pixel_interval": (1.0, 1.0)}, "does not rise"),
        ({"pixel_interval": (0.0, float("nan"))}, "finite number"),
        ({"image_size": (0, 8, 1)}, "greater than or equal to 1"),
        ({"output": "scores"}, "'logits' or 'probabilities'"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_does_not_fit_together_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ModelContract(**{**FACTS, **change})


def test_a_contract_that_cannot_be_read_names_the_model_and_the_field() -> None:
    with pytest.raises(ContractError, match="the contract of m does not hold: outputs: "):
        ModelContract.from_json(CONTRACT.to_json().replace('"outputs":3', '"outputs":"x"'), "m")


def test_one_output_stands_for_two_classes() -> None:
    contract = ModelContract(**{**FACTS, "class_names": ("no", "yes"), "outputs": 1})
    assert contract.describe()["output"] == "logits, one output for two classes"


def test_a_byte_becomes_a_pixel_by_a_factor_and_a_summand() -> None:
    rescale, offset = CONTRACT.scale
    assert (0 * rescale + offset, 255 * rescale + offset) == (-1, 1)
    assert CONTRACT.width == 2


def test_the_scale_of_pixels_from_0_to_1_is_that_of_the_defaults() -> None:
    contract = ModelContract(**{**FACTS, "pixel_interval": (0.0, 1.0)})
    assert contract.scale == (1 / 255, 0.0)


def test_classes_are_matched_by_name() -> None:
    assert CONTRACT.match(["owl", "cat"]) == (2, 0)
    with pytest.raises(DatasetError, match="'horse'"):
        CONTRACT.match(["cat", "horse"])


def test_images_of_another_size_are_refused_by_both_sizes() -> None:
    CONTRACT.check_image_size((32, 24, 3), "m")
    with pytest.raises(ContractError, match=r"m takes images of 32 x 24 x 3 .* not of 28 x 28 x 1"):
        CONTRACT.check_image_size((28, 28, 1), "m")


def test_other_pixels_are_refused_by_both_intervals() -> None:
    CONTRACT.check_pixels((-1.0, 1.0), "m")
    with pytest.raises(ContractError, match=r"pixels of m go over -1\.\.1, not over 0\.\.1"):
        CONTRACT.check_pixels((0.0, 1.0), "m")


def test_a_contract_is_described_for_people() -> None:
    assert CONTRACT.describe() == {
        "classes": "cat, dog, owl",
        "image size": "32 x 24 x 3 (height x width x channels)",
        "pixels": "-1..1 (a byte 0 to a byte 255)",
        "output": "logits, 3 outputs",
        "loss": "categorical_crossentropy",
        "trained on": "not known",
        "sha256 of testing": "ab",
    }
