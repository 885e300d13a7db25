from collections.abc import Callable
from typing import Any

from dioptra.report.schema import Results
from dioptra.report.study import AttackStudy, Pair, studies
from dioptra.sdk.intervals import wilson_interval


def test_pairs_have_the_direct_attack_before_its_transfers(study: AttackStudy) -> None:
    assert study.pairs == [("a", "a"), ("a", "b"), ("b", "b"), ("b", "a")]
    assert [pair.direct for pair in study.pairs] == [True, False, True, False]


def test_a_curve_starts_at_the_clean_accuracy_of_the_evaluated_model(study: AttackStudy) -> None:
    assert study.curve(Pair("a", "b")) == [(0, 0.8), (0.1, 0.7), (0.2, 0.6)]


def test_a_curve_rises_in_eps_whatever_the_order_of_the_entries(study: AttackStudy) -> None:
    assert study.curve(Pair("a", "a")) == [(0, 0.9), (0.1, 0.5), (0.2, 0.1)]


def test_a_pair_that_was_measured_once_has_two_points(study: AttackStudy) -> None:
    assert study.curve(Pair("b", "a")) == [(0, 0.9), (0.2, 0.85)]


def test_a_curve_has_an_interval_for_each_of_its_accuracies(study: AttackStudy) -> None:
    pair = Pair("b", "a")
    assert study.curve_intervals(pair) == [wilson_interval(90, 100), wilson_interval(85, 100)]


def test_a_measurement_has_the_interval_of_its_own_number_of_images(
    results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"] = [entry("a", "a", 0.1, 0.5, n=20)]
    (study,) = studies(Results.model_validate(results))
    assert study.intervals == {(Pair("a", "a"), 0.1): wilson_interval(10, 20)}
    assert study.clean_intervals["a"] == wilson_interval(90, 100)


def test_strengths_rise_and_names_are_sorted(study: AttackStudy) -> None:
    assert study.strengths == [0.1, 0.2]
    assert study.names("attacked") == ["a", "b"]


def test_what_cannot_be_compared_is_a_study_of_its_own(
    results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    results["attacks"].append(entry("a", "a", 2.0, 0.3, norm="2", labels="predicted"))
    found = studies(Results.model_validate(results))
    assert [one.title for one in found] == ["fgm, l-2, predicted labels", "fgm, l-inf, true labels"]
    assert [len(one.entries) for one in found] == [1, 7]
