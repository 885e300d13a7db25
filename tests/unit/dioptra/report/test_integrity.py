from collections.abc import Callable
from typing import Any

import pytest

from dioptra.report.integrity import sampling_error, stored_sets
from dioptra.report.schema import Results
from dioptra.report.study import AttackStudy
from dioptra.report.text import percent

StudyOf = Callable[[dict[str, Any]], AttackStudy]
Entry = Callable[..., dict[str, Any]]


def test_a_set_that_two_models_evaluated_is_listed_once(study: AttackStudy) -> None:
    sets = [(stored.attacked, stored.eps) for stored in stored_sets(study, 100)]
    assert sets == [("a", 0.1), ("a", 0.2), ("b", 0.1), ("b", 0.2)]


def test_a_whole_set_within_eps_has_no_remark(study: AttackStudy) -> None:
    assert {stored.remarks for stored in stored_sets(study, 100)} == {()}


@pytest.mark.parametrize(
    ("changes", "remarks"),
    [
        ({"n": 99}, ("99 of 100 test images",)),
        ({"linf_max": 0.3}, ("beyond eps",)),
        ({"linf_max": 0.2 + 1e-8}, ()),
        ({"linf_max": 0.9, "norm": "2"}, ()),
        ({"unchanged_share": 0.02}, ("many images unchanged",)),
        ({"unchanged_share": 0.01}, ()),
        ({"accuracy_in_memory": 0.5}, ()),
        ({"accuracy_in_memory": 0.4}, (f"accuracy {percent(0.4)} in memory",)),
    ],
)
def test_a_set_has_a_remark_for_what_is_out_of_order(
    results: dict[str, Any],
    study_of: StudyOf,
    entry: Entry,
    changes: dict[str, Any],
    remarks: tuple[str, ...],
) -> None:
    results["attacks"] = [entry("a", "a", 0.2, 0.5, **changes)]
    assert [stored.remarks for stored in stored_sets(study_of(results), 100)] == [remarks]


def test_measurements_that_contradict_each_other_stay_apart(
    results: dict[str, Any], study_of: StudyOf, entry: Entry
) -> None:
    results["attacks"] = [entry("a", "a", 0.2, 0.5), entry("a", "b", 0.2, 0.5, n=50)]
    assert [stored.n for stored in stored_sets(study_of(results), 100)] == [50, 100]


def test_the_sampling_error_of_100_images_is_9_8_points(results: dict[str, Any]) -> None:
    assert sampling_error(Results.model_validate(results)) == pytest.approx(0.098)


def test_the_sampling_error_is_that_of_the_smallest_set(results: dict[str, Any]) -> None:
    results["attacks"][0]["n"] = 25
    assert sampling_error(Results.model_validate(results)) == pytest.approx(0.196)
