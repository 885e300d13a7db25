"""When a bar holds, and when it is missed for sure."""

import json
from pathlib import Path

import pytest

from benchmarks.measuring import Measurement
from benchmarks.results import Bar, Outcome, Row, update_results


@pytest.mark.parametrize(
    ("value", "at_least", "holds"),
    [(2.5, True, True), (2.4, True, False), (2.5, False, True), (2.6, False, False)],
)
def test_a_bar_holds_where_the_value_reaches_it(value: float, at_least: bool, holds: bool) -> None:
    assert Bar("a", value, 2.5, at_least).holds is holds


def test_of_a_contender_that_is_not_there_no_bar_holds_or_is_missed() -> None:
    bar = Bar("a", None, 1.0)
    assert bar.holds is None
    assert not bar.is_missed


@pytest.mark.parametrize(
    ("value", "noise", "at_least", "missed"),
    [
        (2.0, 0.4, True, True),
        (2.0, 0.6, True, False),
        (3.0, 0.4, False, True),
        (3.0, 0.6, False, False),
    ],
)
def test_a_bar_is_missed_by_more_than_the_noise(
    value: float, noise: float, at_least: bool, missed: bool
) -> None:
    assert Bar("a", value, 2.5, at_least, noise).is_missed is missed


def test_a_bar_below_which_the_floor_does_not_reach_is_not_missed() -> None:
    bar = Bar("a", 0.85, 0.6, at_least=False, floor=0.8)
    assert bar.is_forbidden
    assert not bar.is_missed
    assert bar.holds is False


def test_a_value_far_from_a_floor_that_forbids_the_bar_is_missed() -> None:
    assert Bar("a", 0.95, 0.6, at_least=False, floor=0.8).is_missed
    assert not Bar("a", 0.95, 0.6, at_least=False, floor=0.8, noise=0.1).is_missed
    assert Bar("a", 0.5, 0.9, floor=0.8).is_missed
    assert not Bar("a", 0.75, 0.9, floor=0.8).is_missed


def test_a_bar_that_the_floor_allows_can_be_missed() -> None:
    assert Bar("a", 0.9, 0.6, at_least=False, floor=0.5).is_missed


def test_the_file_has_bars_with_their_answers_beside_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    outcome = Outcome([Row("s", "c", 1.0, "images/s")])
    outcome.add_bar("fast", Measurement(3.0, 0.1), 2.5)
    outcome.add_bar("faster than a peer", None, 1.0, note="not there: it is not installed")
    update_results(path, "fgm", outcome, "full", 60.0)
    content = json.loads(path.read_text())
    fields = ("name", "value", "bar", "holds")
    assert [tuple(bar[field] for field in fields) for bar in content["bars"]] == [
        ("fast", 3.0, 2.5, True),
        ("faster than a peer", None, 1.0, None),
    ]
    assert content["rows"][0]["contender"] == "c"
    assert content["machine"]["cores"] >= 1
    assert "numpy" in content["versions"]["fgm"]


def test_a_part_that_is_timed_again_replaces_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    for part, value in (("a", 1.0), ("b", 2.0), ("a", 3.0)):
        update_results(path, part, Outcome([Row("s", "c", value, "s")]), "full", 1.0)
    content = json.loads(path.read_text())
    assert {row["part"]: row["value"] for row in content["rows"]} == {"a": 3.0, "b": 2.0}


def test_each_part_names_the_revision_that_it_was_timed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "results.json"
    for part, revision in (("a", "1f"), ("b", "2f"), ("a", "3f+")):
        monkeypatch.setattr("benchmarks.results.find_revision", lambda found=revision: found)
        update_results(path, part, Outcome(), "full", 1.0)
    assert json.loads(path.read_text())["revisions"] == {"a": "3f+", "b": "2f"}


def test_results_of_another_mode_are_not_mixed(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    update_results(path, "a", Outcome([Row("s", "c", 1.0, "s")]), "quick", 1.0)
    update_results(path, "b", Outcome([Row("s", "c", 2.0, "s")]), "full", 1.0)
    assert [row["part"] for row in json.loads(path.read_text())["rows"]] == ["b"]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ({"numpy": "2", "torch": "2"}, {"numpy": "2"}, ["a", "b"]),
        ({"numpy": "2"}, {"numpy": "2", "torch": "2"}, ["a", "b"]),
        ({"numpy": "2", "torch": "1"}, {"numpy": "2", "torch": "2"}, ["b"]),
        ({"numpy": "2"}, {"numpy": "3"}, ["b"]),
    ],
)
def test_results_of_another_version_of_a_library_are_not_mixed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: dict[str, str],
    second: dict[str, str],
    kept: list[str],
) -> None:
    path = tmp_path / "results.json"
    for part, versions in (("a", first), ("b", second)):
        monkeypatch.setattr("benchmarks.results._versions", lambda _, found=versions: found)
        update_results(path, part, Outcome([Row("s", "c", 1.0, "s")]), "full", 1.0)
    content = json.loads(path.read_text())
    assert [row["part"] for row in content["rows"]] == kept
    assert content["versions"] == {part: {"a": first, "b": second}[part] for part in kept}
    assert list(content["revisions"]) == list(content["seconds"]) == kept
