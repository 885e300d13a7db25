from collections.abc import Callable
from typing import Any

import pytest

from dioptra.report.validation import check_results
from dioptra.sdk.exceptions import ResultsError


def test_good_results_pass(results: dict[str, Any]) -> None:
    assert check_results(results, "here").models["a"].clean_accuracy == 0.9


@pytest.mark.parametrize("key", ["dataset", "n_test", "seed", "models", "attacks", "versions"])
def test_a_missing_key_is_named_with_its_file(results: dict[str, Any], key: str) -> None:
    del results[key]
    with pytest.raises(ResultsError, match=f"^here: {key} is missing.*; correct it, or run again"):
        check_results(results, "here")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("eps", "0.3", r"attacks\[1\].eps is '0.3': it should be a valid number"),
        ("eps", -0.1, r"attacks\[1\].eps is -0.1: it should be greater than or equal to 0"),
        ("accuracy", 98.9, r"attacks\[1\].accuracy is 98.9: it should be less than or equal to 1"),
        ("n", 0, r"attacks\[1\].n is 0"),
        ("norm", 2, r"attacks\[1\].norm is 2: it should be a valid string"),
        ("evaluated", "c", r"attacks\[1\].evaluated is 'c', which is not among the models"),
        ("eps", 0.2, r"attacks\[1\] measures the same as \[0\]"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_wanted(
    results: dict[str, Any], field: str, value: object, message: str
) -> None:
    results["attacks"][1][field] = value
    with pytest.raises(ResultsError, match=message):
        check_results(results, "here")


def test_further_wrong_fields_are_counted(results: dict[str, Any]) -> None:
    results["models"]["a"]["clean_accuracy"] = "high"
    results["seed"] = None
    results["n_test"] = 0
    with pytest.raises(ResultsError, match=r"^here: n_test is 0: .* \(2 more fields are wrong\);"):
        check_results(results, "here")


@pytest.mark.parametrize("key", ["models", "attacks"])
def test_results_without_models_or_attacks_are_refused(results: dict[str, Any], key: str) -> None:
    results[key] = type(results[key])()
    with pytest.raises(ResultsError, match=f"here: {key} is "):
        check_results(results, "here")


def test_something_else_than_an_object_is_refused() -> None:
    with pytest.raises(ResultsError, match=r"here: the whole is \[1\]"):
        check_results([1], "here")


def test_a_further_duration_must_be_seconds_too(results: dict[str, Any]) -> None:
    results["durations"]["waiting"] = "long"
    with pytest.raises(ResultsError, match=r"durations.waiting is 'long'"):
        check_results(results, "here")


def test_another_attack_or_norm_is_no_repetition(
    results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"] += [
        entry("a", "a", 0.1, 0.5, norm="2"),
        entry("a", "a", 0.1, 0.5, attack="pgd"),
        entry("a", "a", 0.1, 0.5, labels="predicted"),
    ]
    assert len(check_results(results, "here").attacks) == 10
