from collections.abc import Callable
from typing import Any

from dioptra.report.study import AttackStudy
from dioptra.report.summary import summarise

StudyOf = Callable[[dict[str, Any]], AttackStudy]


def test_the_summary_tells_every_fall_and_both_ends_of_the_transfer(study: AttackStudy) -> None:
    assert summarise(study) == (
        "With the fast gradient method at eps 0.2 (l-inf), the accuracy of a falls from 90.0 % to "
        "10.0 % and that of b from 80.0 % to 0.0 %. Transfer to another model is strongest from a "
        "to b (from 80.0 % to 60.0 %) and weakest from b to a (from 90.0 % to 85.0 %)."
    )


def test_an_accuracy_that_does_not_fall_is_not_said_to(
    results: dict[str, Any], study_of: StudyOf, entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"] = [entry("a", "a", 0.1, 0.95, attack="noise")]
    assert summarise(study_of(results)) == (
        "With noise at eps 0.1 (l-inf), the accuracy of a goes from 90.0 % to 95.0 %."
    )


def test_a_transfer_alone_is_a_sentence_of_its_own(
    results: dict[str, Any], study_of: StudyOf, entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"] = [entry("a", "b", 0.1, 0.5)]
    assert summarise(study_of(results)) == (
        "With the fast gradient method at eps 0.1 (l-inf), images made for a and shown to b take "
        "its accuracy from 80.0 % to 50.0 %."
    )


def test_a_pair_without_the_largest_eps_is_left_out(
    results: dict[str, Any], study_of: StudyOf, entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"] = [entry("a", "a", 0.1, 0.5), entry("b", "b", 0.2, 0.3)]
    assert "of a" not in summarise(study_of(results))
