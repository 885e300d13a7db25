from collections.abc import Callable
from typing import Any

from dioptra.report.distances import mean_distances
from dioptra.report.study import AttackStudy

StudyOf = Callable[[dict[str, Any]], AttackStudy]
Entry = Callable[..., dict[str, Any]]


def test_only_means_are_listed_by_attacked_model_and_eps(study: AttackStudy) -> None:
    distances = mean_distances(study)
    assert distances.metrics == ["l_2_norm"]
    assert distances.rows == [("a", 0.1, [1.0]), ("a", 0.2, [2.0])]


def test_a_metric_that_was_not_taken_is_none(results: dict[str, Any], study_of: StudyOf) -> None:
    results["attacks"][0]["distances"]["l_1_norm_mean"] = 4.0
    distances = mean_distances(study_of(results))
    assert distances.metrics == ["l_1_norm", "l_2_norm"]
    assert distances.rows == [("a", 0.1, [None, 1.0]), ("a", 0.2, [4.0, 2.0])]


def test_the_attacks_own_distances_go_before_those_of_a_transfer(
    results: dict[str, Any], study_of: StudyOf, entry: Entry
) -> None:
    results["attacks"] = [
        entry("a", "a", 0.1, 0.5, distances={"l_2_norm_mean": 1.0}),
        entry("a", "b", 0.1, 0.5, distances={"l_2_norm_mean": 9.0}),
    ]
    assert mean_distances(study_of(results)).rows == [("a", 0.1, [1.0])]


def test_without_distances_there_are_no_rows(
    results: dict[str, Any], study_of: StudyOf, entry: Entry
) -> None:
    results["attacks"] = [entry("a", "a", 0.1, 0.5), entry("b", "b", 0.1, 0.5, distances={})]
    assert mean_distances(study_of(results)).rows == []
