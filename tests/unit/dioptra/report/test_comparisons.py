from typing import Any

import numpy as np
import pytest

from dioptra.report import Outcome, compare_outcomes
from dioptra.report.comparisons import describe_comparison, describe_strongest, list_comparisons
from dioptra.report.schema import ModelComparison, Results
from dioptra.report.study import studies
from dioptra.sdk.exceptions import ResultsError


def outcome(attacked: str, evaluated: str, eps: float = 0.1, **others: str) -> Outcome:
    fields = {"attack": "fgm", "norm": "inf", "labels": "true", **others}
    return Outcome(**fields, attacked=attacked, eps=eps, evaluated=evaluated)


def first_of(correct: int, n: int = 10) -> Any:
    return np.arange(n) < correct


def entry(**changes: Any) -> ModelComparison:
    return ModelComparison.model_validate(
        {
            "attack": "fgm",
            "norm": "inf",
            "labels": "true",
            "attacked": "a",
            "eps": 0.1,
            "first": "a",
            "second": "b",
            "n": 10_000,
            "only_first": 312,
            "only_second": 40,
            "p_value": 1e-53,
            "p_holm": 1.2e-52,
            **changes,
        }
    )


def test_images_that_only_one_model_has_right_are_counted() -> None:
    (one,) = compare_outcomes(
        {
            outcome("a", "a"): np.array([True, True, False, False, True, True]),
            outcome("a", "b"): np.array([True, False, True, False, False, False]),
        }
    )
    assert one == {
        "attack": "fgm",
        "norm": "inf",
        "labels": "true",
        "attacked": "a",
        "eps": 0.1,
        "first": "a",
        "second": "b",
        "n": 6,
        "only_first": 3,
        "only_second": 1,
        # 1 + 4 of 2^4 ways have at most one, on two sides.
        "p_value": pytest.approx(0.625),
        "p_holm": pytest.approx(0.625),
    }


def test_models_are_compared_on_each_set_and_each_as_it_was_attacked_itself() -> None:
    outcomes = {outcome(of, by): first_of(5) for of in "ab" for by in "ab"}
    found = [(one["attacked"], one["first"], one["second"]) for one in compare_outcomes(outcomes)]
    assert found == [("a", "a", "b"), (None, "a", "b"), ("b", "a", "b")]


def test_other_strengths_norms_labels_and_attacks_are_not_compared() -> None:
    others = [{"norm": "2"}, {"labels": "predicted"}, {"attack": "pgd"}]
    keys = [outcome("a", "a"), outcome("a", "b", 0.2), *(outcome("a", "b", **o) for o in others)]
    assert compare_outcomes(dict.fromkeys(keys, first_of(3))) == []


def test_the_p_values_of_all_comparisons_are_corrected_together() -> None:
    outcomes = {outcome("a", "a", eps): first_of(9) for eps in (0.1, 0.2)}
    outcomes |= {outcome("a", "b", eps): first_of(1) for eps in (0.1, 0.2)}
    assert [one["p_value"] for one in compare_outcomes(outcomes)] == pytest.approx([2 / 256] * 2)
    assert [one["p_holm"] for one in compare_outcomes(outcomes)] == pytest.approx([4 / 256] * 2)


def test_a_key_may_be_a_plain_tuple() -> None:
    keys = [("fgm", "inf", "true", "a", 0.1, evaluated) for evaluated in "ab"]
    (one,) = compare_outcomes(dict.fromkeys(keys, first_of(3)))  # type: ignore[arg-type]
    assert one["p_holm"] == 1


def test_outcomes_of_different_images_are_refused() -> None:
    outcomes = {outcome("a", "a"): first_of(5), outcome("a", "b"): first_of(5, n=9)}
    with pytest.raises(ResultsError, match=r"evaluated a has 10 outcomes and fgm on a .* 9; give"):
        compare_outcomes(outcomes)


@pytest.mark.parametrize("wrong", [np.array([0, 1]), np.ones((2, 2), bool), np.array([], bool)])
def test_what_does_not_say_which_images_are_right_is_refused(wrong: Any) -> None:
    with pytest.raises(ResultsError, match=r"evaluated a: which images .* is bool \[n\], not"):
        compare_outcomes({outcome("a", "a"): wrong})


def test_a_sentence_names_models_images_test_and_counts() -> None:
    assert describe_comparison(entry(), 12) == (
        "Of the images made for a at eps 0.1 (fgm, l-inf, true labels), a keeps more than b: "
        "McNemar's test, 312 against 40 of 10,000 images, p = 1.2e-52 (Holm, 12 comparisons)"
    )


def test_a_sentence_begins_with_the_model_that_keeps_more() -> None:
    one = entry(attacked=None, only_first=40, only_second=312)
    assert describe_comparison(one, 1) == (
        "Each attacked itself at eps 0.1 (fgm, l-inf, true labels), b keeps more than a: "
        "McNemar's test, 312 against 40 of 10,000 images, p = 1.2e-52 (Holm, 1 comparison)"
    )


def test_a_difference_that_chance_may_make_is_not_told_as_one() -> None:
    sentence = describe_comparison(entry(p_holm=0.06), 2)
    assert "neither a nor b is shown to keep more" in sentence
    assert "p = 0.06" in sentence


def test_a_study_has_the_comparisons_of_its_attack(results: dict[str, Any]) -> None:
    every = [entry(), entry(norm="2"), entry(eps=0.2)]
    results["comparisons"] = [one.model_dump() for one in every]
    checked = Results.model_validate(results)
    (study,) = studies(checked)
    assert list_comparisons(checked, study) == [every[0], every[2]]
    (sentence,) = describe_strongest(checked, study)
    assert "eps 0.2" in sentence
    assert "Holm, 3 comparisons" in sentence
