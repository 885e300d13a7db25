import inspect
from math import inf
from typing import Any

import pytest

from dioptra.sdk.exceptions import ParameterError, UnknownNameError
from dioptra_builtins.attacks import _kinds
from dioptra_builtins.attacks._budgets import find_norm, uses_whole_budget
from dioptra_builtins.attacks._methods import list_attacks, make_method, scale_parameters


def test_every_attack_that_is_named_is_one_of_art() -> None:
    named = {
        *_kinds.REFUSED,
        *_kinds.NEED_PROBABILITIES,
        *_kinds.LABELS_ARE_TARGETS,
        *_kinds.NEED_UNIT_INTERVAL,
        *_kinds.PIXEL_PARAMETERS,
        *_kinds.NORMS_OF_EPS,
        *_kinds.TEXT_NORMS,
    }
    assert named <= set(list_attacks())


def test_every_parameter_in_pixels_is_one_of_its_attack() -> None:
    for name, parameters in _kinds.PIXEL_PARAMETERS.items():
        assert set(parameters) <= set(inspect.signature(list_attacks()[name]).parameters)


def test_every_budget_of_an_attack_that_works_is_in_pixels_or_named() -> None:
    for name, kind in list_attacks().items():
        if name not in _kinds.REFUSED and "eps" in inspect.signature(kind).parameters:
            in_pixels = "eps" in _kinds.PIXEL_PARAMETERS.get(name, ())
            assert in_pixels or name == "Wasserstein"


def test_shares_of_the_pixel_interval_become_pixel_values() -> None:
    given = {"eps": 0.2, "max_iter": 5, "norm": 2}
    scaled = scale_parameters("ProjectedGradientDescent", given, 255)
    assert scaled == {"eps": 51, "eps_step": 25.5, "max_iter": 5, "norm": 2}


def test_what_is_no_pixel_value_stays_as_it_is() -> None:
    assert scale_parameters("DeepFool", {"epsilon": 0.02}, 255) == {"epsilon": 0.02}
    assert scale_parameters("FastGradientMethod", {"eps": 0.3}, 1) == {"eps": 0.3, "eps_step": 0.1}


def test_parameters_of_an_unknown_attack_are_not_scaled() -> None:
    with pytest.raises(UnknownNameError, match="no attack named 'DeepFol'"):
        scale_parameters("DeepFol", {}, 2)


@pytest.mark.parametrize("name", _kinds.NEED_UNIT_INTERVAL)
def test_an_attack_that_reckons_with_pixels_of_0_to_1_wants_such(linear: Any, name: str) -> None:
    from art.estimators.classification import TensorFlowV2Classifier

    make_method(name, linear, {})
    wide = TensorFlowV2Classifier(linear.model, 2, (4, 4, 1), clip_values=(0, 255))
    with pytest.raises(ParameterError, match=f"{name} of ART reckons with pixels from 0 to 1"):
        make_method(name, wide, {})


@pytest.mark.parametrize(
    ("name", "parameters", "norm", "whole"),
    [
        ("FastGradientMethod", {}, inf, True),
        ("FastGradientMethod", {"norm": "2", "minimal": True}, 2, False),
        ("BasicIterativeMethod", {}, inf, True),
        ("VirtualAdversarialMethod", {}, 2, True),
        ("Wasserstein", {"norm": "inf"}, None, True),
        ("DeepFool", {}, None, False),
        ("SignOPTAttack", {}, None, False),
    ],
)
def test_a_budget_has_a_norm(
    linear: Any, name: str, parameters: dict[str, Any], norm: float | None, whole: bool
) -> None:
    method = make_method(name, linear, parameters)
    assert find_norm(method) == norm
    assert uses_whole_budget(method) is whole


def test_the_norms_of_wasserstein_are_texts(linear: Any) -> None:
    assert make_method("Wasserstein", linear, {"norm": "wasserstein"}).norm == "wasserstein"
    with pytest.raises(UnknownNameError, match="no norm of Wasserstein named 2"):
        make_method("Wasserstein", linear, {"norm": 2})


def test_auto_attack_is_silent_and_takes_the_mended_square_attack(linear: Any) -> None:
    from dioptra_builtins.attacks._repairs import SquareAttack

    attacks = make_method("AutoAttack", linear, {"norm": 2}).attacks
    assert not any(attack.verbose for attack in attacks)
    assert isinstance(attacks[-1], SquareAttack)
