from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra.report import write_results

RunCommand = Callable[..., tuple[object, str, str]]
RESULTS: dict[str, Any] = {
    "dataset": "digits",
    "n_test": 100,
    "seed": 1,
    "models": {"a": {"clean_accuracy": 0.9}},
    "attacks": [
        {
            "attack": "fgm",
            "attacked": "a",
            "evaluated": "a",
            "eps": 0.1,
            "norm": "inf",
            "labels": "true",
            "accuracy": 0.25,
            "n": 100,
            "linf_max": 0.1,
            "unchanged_share": 0.0,
        }
    ],
    "versions": {},
    "durations": {},
    "manifest": {"entry_point": None, "parameters": {}},
}


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Three results; the last has another accuracy."""
    other = {**RESULTS, "models": {"a": {"clean_accuracy": 0.91}}}
    results = {"one": RESULTS, "two": RESULTS, "other": other}
    return [write_results(tmp_path / name, result).parent for name, result in results.items()]


def test_equal_results_pass(run_command: RunCommand, folders: list[Path]) -> None:
    assert run_command("diff", folders[0], folders[1]) == (0, "PASS  15 fields compared\n", "")


def test_different_results_fail_with_the_field(
    run_command: RunCommand, folders: list[Path]
) -> None:
    status, out, err = run_command("diff", folders[0], folders[2])
    assert (status, err) == (1, "")
    assert "models.a.clean_accuracy: first 0.9, second 0.91\n" in out


def test_a_tolerance_can_be_given(run_command: RunCommand, folders: list[Path]) -> None:
    words = ("diff", folders[0], folders[2], "--tolerance")
    assert run_command(*words, 0.02)[0] == 0
    status, _, err = run_command(*words, -1)
    assert status == 2
    assert "--tolerance" in err


def test_an_edited_result_is_one_line_of_error(
    run_command: RunCommand, folders: list[Path]
) -> None:
    path = folders[1] / "results.json"
    path.write_text(path.read_text().replace("0.25", "0.2"))
    status, out, err = run_command("diff", folders[0], folders[1])
    assert (status, out) == (1, "")
    assert "results.json was edited" in err
