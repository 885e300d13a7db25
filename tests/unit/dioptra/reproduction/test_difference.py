from copy import deepcopy
from typing import Any

import pytest

from dioptra.reproduction import Weight, compare

HASH, OTHER = "a" * 64, "b" * 64
RESULT: dict[str, Any] = {
    "dataset": "digits",
    "data_sha256": {"testing": HASH},
    "models": {"le_net": {"clean_accuracy": 0.9, "weights_sha256": HASH}},
    "attacks": {
        "fgm": {
            "accuracy": 0.5,
            "adversarial_images_sha256": HASH,
            "n": 360,
            "l_1_norm_mean": 30.0,
        }
    },
    "parameters": {"eps": "0.1", "data_dir": "none", "model_version": "1"},
    "durations": {"total": 10.0},
    "versions": {"numpy": "1"},
    "sizes": [1, 2],
    "manifest": {
        "entry_point": {"project": "here", "name": "demo"},
        "parameters": {"seed": "3", "data_dir": "data/digits"},
        "places": ["data_dir"],
        "code": {"a.py": HASH},
        "environment": {"cores": 2},
        "locks": {},
        "revision": "1",
        "sha256": HASH,
    },
}


def change(path: str, value: Any) -> dict[str, Any]:
    changed = deepcopy(RESULT)
    *places, last = path.split("/")
    part = changed
    for place in places:
        part = part[place]
    part[last] = value
    return changed


def test_a_result_equals_itself() -> None:
    comparison = compare(RESULT, deepcopy(RESULT))
    assert comparison.passed
    assert comparison.differences == ()
    assert comparison.n_fields == 17


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("dataset", "mnist"),
        ("data_sha256/testing", OTHER),
        ("models/le_net/clean_accuracy", 0.9000000001),
        ("models/le_net/weights_sha256", OTHER),
        ("attacks/fgm/adversarial_images_sha256", OTHER),
        ("attacks/fgm/n", 359),
        ("parameters/eps", "0.2"),
        ("manifest/parameters/seed", "4"),
        ("manifest/entry_point/name", "train"),
    ],
)
def test_any_change_that_matters_is_a_fault_and_named(path: str, value: Any) -> None:
    comparison = compare(RESULT, change(path, value))
    (difference,) = comparison.differences
    assert not comparison.passed
    assert difference.field == path.replace("/", ".")
    assert difference.second == value
    assert difference.weight is Weight.FAULT


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("versions/numpy", "2"),
        ("manifest/code", {"a.py": OTHER}),
        ("manifest/environment/cores", 4),
        ("manifest/locks", {"tensorflow.txt": HASH}),
        ("manifest/revision", "2"),
    ],
)
def test_circumstances_are_named_but_no_fault(path: str, value: Any) -> None:
    comparison = compare(RESULT, change(path, value))
    assert comparison.passed
    assert len(comparison.list_by(Weight.CIRCUMSTANCE)) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("durations/total", 20.0),
        ("manifest/entry_point/project", "there"),
        ("manifest/sha256", OTHER),
        ("parameters/data_dir", "/elsewhere/mnist"),
        ("manifest/parameters/data_dir", "../digits"),
        ("manifest/places", []),
        ("parameters/model_version", "2"),
    ],
)
def test_times_places_and_names_of_runs_are_not_compared(path: str, value: Any) -> None:
    assert compare(RESULT, change(path, value)).differences == ()


def test_a_field_that_only_one_has_is_a_fault() -> None:
    for pair in ((RESULT, change("more", 1)), (change("more", 1), RESULT)):
        comparison = compare(*pair)
        assert [one.field for one in comparison.list_by(Weight.FAULT)] == ["more"]
        assert "(missing)" in (comparison.differences[0].first, comparison.differences[0].second)


def test_the_elements_of_lists_are_numbered() -> None:
    assert compare(RESULT, change("sizes", [1, 3])).differences[0].field == "sizes[1]"


@pytest.mark.parametrize(
    ("path", "value", "weight"),
    [
        ("attacks/fgm/accuracy", 0.51, Weight.WITHIN),
        ("attacks/fgm/accuracy", 0.52, Weight.FAULT),
        ("attacks/fgm/accuracy", True, Weight.FAULT),
        ("attacks/fgm/l_1_norm_mean", 30.3, Weight.WITHIN),
        ("attacks/fgm/l_1_norm_mean", 30.4, Weight.FAULT),
        ("attacks/fgm/n", 361, Weight.FAULT),
        ("models/le_net/weights_sha256", OTHER, Weight.WITHIN),
        ("data_sha256/testing", OTHER, Weight.FAULT),
        ("parameters/eps", "0.101", Weight.FAULT),
    ],
)
def test_a_tolerance_lets_numbers_and_hashes_of_what_was_computed_differ(
    path: str, value: Any, weight: Weight
) -> None:
    (difference,) = compare(RESULT, change(path, value), tolerance=0.011).differences
    assert difference.weight is weight


def test_a_tolerance_lets_weights_differ_that_were_trained_and_then_used() -> None:
    def make(weights: str, used: str) -> dict[str, Any]:
        attack = {"accuracy": 0.5, "model_sha256.weights": used}
        return {"models": {"le_net": {"weights_sha256": weights}}, "attacks": {"fgm": attack}}

    assert compare(make(HASH, HASH), make(OTHER, OTHER), tolerance=0.01).passed
    assert not compare(make(HASH, HASH), make(OTHER, OTHER)).passed
    # Others than those that were trained: not the same experiment.
    mixed = compare(make(HASH, HASH), make(HASH, OTHER), tolerance=0.01)
    assert [one.field for one in mixed.list_by(Weight.FAULT)] == [
        "attacks.fgm.model_sha256.weights"
    ]
    given = [{"hashes": {"model_sha256.weights": value}} for value in (HASH, OTHER)]
    assert not compare(*given, tolerance=0.01).passed


def test_counts_of_comparisons_must_be_equal_but_for_a_tolerance() -> None:
    first = {**RESULT, "comparisons": [{"only_first": 312, "p_value": 0.01}]}
    second = {**RESULT, "comparisons": [{"only_first": 300, "p_value": 0.5}]}
    assert not compare(first, second).passed
    assert compare(first, second, tolerance=0.01).passed
    assert not compare(first, {**RESULT, "comparisons": []}, tolerance=0.01).passed


@pytest.mark.parametrize(
    "added",
    [
        {"metrics": {"accuracy_low": 0.1, "clean_accuracy_high": 0.2}},
        {"attacks": {"a": {"accuracy_in_memory": 0.1}}},
        {"comparisons": [{"p_value": 0.5}]},
    ],
)
def test_what_an_earlier_version_did_not_record_is_no_fault(added: dict[str, Any]) -> None:
    assert compare({"n": 1}, {"n": 1, **added}).passed
    assert compare({"n": 1, **added}, {"n": 1}).passed


def test_what_both_have_recorded_must_be_equal() -> None:
    first, second = ({"metrics": {"accuracy_low": value}} for value in (0.1, 0.2))
    assert not compare(first, second).passed


def test_another_metric_that_only_one_has_is_a_fault() -> None:
    assert not compare({"n": 1}, {"n": 1, "metrics": {"loss": 0.1}}).passed
