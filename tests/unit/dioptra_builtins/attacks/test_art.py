from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dioptra.sdk.exceptions import ParameterError, UnknownNameError
from dioptra_builtins.attacks._kinds import NEED_PROBABILITIES
from dioptra_builtins.attacks._methods import make_method
from dioptra_builtins.attacks._probabilities import with_probabilities
from dioptra_builtins.attacks.art import (
    create_adversarial_dataset,
    get_attack_budget,
    list_attack_names,
    scale_attack_parameters,
)
from dioptra_builtins.attacks.fgm import create_adversarial_fgm_dataset
from dioptra_builtins.data.tensorflow import create_image_dataset

SIZE = (4, 4, 1)
SIGNS = np.where(np.indices((4, 4)).sum(axis=0) % 2 == 0, 1, -1).astype(np.float32)
LEVEL = 1 / 255


def attack(board: Path, target: Path, classifier: Any, name: str, **parameters: Any) -> Any:
    return create_adversarial_dataset(board, target, classifier, SIZE, name, parameters)


def read(folder: Path) -> Any:
    return np.array([np.asarray(Image.open(path)) for path in sorted(folder.glob("*/adv_*"))])


def test_fgm_by_its_name_stores_what_the_task_fgm_stores(
    board: Path, tmp_path: Path, linear: Any
) -> None:
    by_name = attack(board, tmp_path / "a", linear, "FastGradientMethod", eps=0.1)
    by_task = create_adversarial_fgm_dataset(board, tmp_path / "b", linear, SIZE, eps=0.1)
    assert by_name.equals(by_task)
    np.testing.assert_array_equal(read(tmp_path / "a"), read(tmp_path / "b"))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("AutoProjectedGradientDescent", {"eps": 0.2, "eps_step": 0.05, "max_iter": 5}),
        ("CarliniL2Method", {"max_iter": 10, "initial_const": 100.0, "binary_search_steps": 1}),
        ("DeepFool", {"epsilon": 0.1}),
        ("HopSkipJump", {"max_iter": 1, "max_eval": 100, "init_eval": 10}),
    ],
)
def test_any_attack_misleads_the_classifier_with_the_images_that_it_stores(
    board: Path, tmp_path: Path, linear: Any, name: str, parameters: dict[str, Any]
) -> None:
    np.random.seed(0)  # noqa: NPY002 - ART draws from this one
    table = attack(board, tmp_path / "adv", linear, name, **parameters)
    dataset = create_image_dataset(tmp_path / "adv", None, SIZE, 0, validation_split=None)
    stored = np.concatenate([images for images, _ in dataset])
    predicted = linear.predict(stored).argmax(axis=1)
    assert predicted.tolist() == [1, 1, 1, 0, 0]
    assert len(table) == 5


@pytest.mark.parametrize("name", NEED_PROBABILITIES)
def test_an_attack_that_reckons_with_probabilities_gets_them(linear: Any, name: str) -> None:
    images = np.linspace(0, 1, 32, dtype=np.float32).reshape(2, *SIZE)
    attacked = make_method(name, linear, {}).estimator
    expected = np.exp(linear.predict(images))
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(attacked.predict(images), expected, rtol=1e-5)
    assert tuple(attacked.clip_values) == tuple(linear.clip_values)
    # The probabilities of two classes sum up to one, so their gradients cancel out.
    gradients = attacked.class_gradient(images)
    np.testing.assert_allclose(gradients[:, 0], -gradients[:, 1], atol=1e-6)


def test_what_predicts_probabilities_is_attacked_as_it_is(linear: Any) -> None:
    probable = with_probabilities(linear)
    assert with_probabilities(probable) is probable
    assert make_method("DeepFool", linear, {}).estimator is linear


def test_newton_fool_stops_where_both_classes_are_as_likely(linear: Any) -> None:
    image = np.full((1, *SIZE), 0.5, np.float32) + 0.1 * SIGNS.reshape(1, *SIZE)
    assert linear.predict(image)[0].tolist() == pytest.approx([1.6, -1.6], abs=1e-5)
    attacked = make_method("NewtonFool", linear, {}).generate(image)
    np.testing.assert_allclose(linear.predict(attacked), [[0, 0]], atol=1e-3)


def test_an_unknown_attack_is_refused_with_the_nearest(
    board: Path, tmp_path: Path, linear: Any
) -> None:
    with pytest.raises(UnknownNameError, match="no attack named 'DeepFol'; did you mean 'DeepFo"):
        attack(board, tmp_path / "adv", linear, "DeepFol")


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("DeepFool", {"epsilom": 1}, "DeepFool takes no 'epsilom'; did you mean 'epsilon'"),
        ("DeepFool", {"epsilon": "1"}, "DeepFool: epsilon is a number, not '1'"),
        ("DeepFool", {"max_iter": True}, "DeepFool: max_iter is a whole number, not True"),
        ("DeepFool", {"nb_grads": -3}, "DeepFool: .*nb_grads|DeepFool: .*gradients"),
        ("FastGradientMethod", {"minimal": 1}, "minimal is True or False, not 1"),
        ("CarliniL2Method", {"targeted": True}, "targets cannot be given here"),
        ("UniversalPerturbation", {}, "makes one perturbation for all images"),
        ("ProjectedGradientDescentPyTorch", {}, "its code is for PyTorch models"),
        ("MalwareGDTensorFlow", {}, "attacks the bytes of programs"),
        ("AdversarialPatchNumpy", {}, "makes one patch for all images"),
        ("SquareAttack", {"norm": 1}, "SquareAttack: its norm is inf or 2"),
        ("SaliencyMapMethod", {}, "would take the true labels for such"),
    ],
)
def test_what_an_attack_cannot_do_is_refused_by_its_name(
    board: Path,
    tmp_path: Path,
    linear: Any,
    name: str,
    parameters: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(ParameterError, match=message):
        attack(board, tmp_path / "adv", linear, name, **parameters)


def test_parameters_in_pixels_are_scaled_from_shares_and_others_stay() -> None:
    scaled = scale_attack_parameters("FastGradientMethod", {"eps": 0.2, "batch_size": 8}, 255)
    assert scaled == {"eps": 51.0, "eps_step": 25.5, "batch_size": 8}


def test_the_parameters_of_an_unknown_attack_are_not_scaled() -> None:
    with pytest.raises(UnknownNameError, match="no attack named 'FastGradient'"):
        scale_attack_parameters("FastGradient", None, 2)


@pytest.mark.parametrize(
    ("name", "given", "budget"),
    [
        ("ProjectedGradientDescent", {}, (0.3, "inf")),
        ("ProjectedGradientDescent", {"eps": 1, "norm": "2"}, (1.0, "2")),
        ("SquareAttack", {"norm": 2}, (0.3, "2")),
        ("DeepFool", {}, (None, None)),
    ],
)
def test_a_budget_is_what_was_given_or_the_default_of_art(
    name: str, given: dict[str, Any], budget: tuple[float | None, str | None]
) -> None:
    assert get_attack_budget(name, given) == budget


def test_the_names_of_attacks_are_those_of_art() -> None:
    names = list_attack_names()
    assert {"DeepFool", "FastGradientMethod", "SquareAttack"} <= set(names)
    assert names == sorted(names)
    with pytest.raises(UnknownNameError, match="did you mean"):
        get_attack_budget("DepFool")
    with pytest.raises(ParameterError, match="DeepFool takes no 'eps'; did you mean 'epsilon'"):
        get_attack_budget("DeepFool", {"eps": 0.1})
