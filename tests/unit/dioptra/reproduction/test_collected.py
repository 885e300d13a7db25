"""Results over seeds: taken up, added to, and written."""

from pathlib import Path
from typing import Any

import pytest

from dioptra.reproduction import add_seed, format_collected, take_up
from dioptra.sdk.exceptions import ResultsError

FILE = "results.json"
MEASURED = ("trained", "attacked", "ways")
SETTINGS = {"eps": [0.1], "seeds": [1, 2], "versions": {}, "trained": [], "attacked": []}
EMPTY = {**SETTINGS, "ways": [], "manifest": {"seeds": {}}}
ONE_SEED = {
    **EMPTY,
    "seeds": [1],
    "trained": [{"seed": 1, "clean_accuracy": 0.987}],
    "manifest": {"seeds": {"1": {"revision": "abc"}}},
}


def test_seeds_of_an_earlier_run_are_taken_up(tmp_path: Path) -> None:
    assert take_up(tmp_path / FILE, EMPTY, MEASURED) == EMPTY
    (tmp_path / FILE).write_text(format_collected(ONE_SEED))
    taken = take_up(tmp_path / FILE, EMPTY, MEASURED)
    assert taken["seeds"] == [1, 2]
    assert taken["trained"] == ONE_SEED["trained"]
    assert taken["manifest"]["seeds"] == {"1": {"revision": "abc"}}
    # What is written again is sealed again.
    assert format_collected({**taken, "seeds": [1]}) == format_collected(ONE_SEED)


def test_seeds_are_added_once_and_in_order() -> None:
    def add(results: Any, seed: int, accuracy: float) -> Any:
        measured = {"trained": [{"seed": seed, "clean_accuracy": accuracy}]}
        return add_seed(results, seed, measured, {"revision": f"of {seed}"})

    upwards = add(add(EMPTY, 2, 0.97), 10, 0.96)
    assert [entry["seed"] for entry in upwards["trained"]] == [2, 10]
    assert upwards["manifest"] == {
        "seeds": {"2": {"revision": "of 2"}, "10": {"revision": "of 10"}}
    }
    downwards = add(add(EMPTY, 10, 0.96), 2, 0.97)
    assert format_collected(downwards) == format_collected(upwards)
    assert add(upwards, 10, 0.96) == upwards
    assert EMPTY["trained"] == []


def test_seeds_of_a_run_beside_this_one_are_kept(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(format_collected(ONE_SEED))
    assert take_up(tmp_path / FILE, {**EMPTY, "seeds": [3]}, MEASURED)["seeds"] == [1, 3]


def test_results_of_other_settings_are_not_written_over(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(format_collected(ONE_SEED))
    with pytest.raises(ResultsError, match=r"other settings \(eps\); move it away"):
        take_up(tmp_path / FILE, {**EMPTY, "eps": [0.2]}, MEASURED)


def test_results_that_were_edited_are_not_taken_up(tmp_path: Path) -> None:
    text = format_collected(ONE_SEED).replace("0.987", "0.999")
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ResultsError, match="was edited"):
        take_up(tmp_path / FILE, EMPTY, MEASURED)
