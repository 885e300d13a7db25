from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from dioptra.report import print_summary
from dioptra.report.text import TO
from dioptra.sdk.exceptions import ResultsError


def _printed(results: dict[str, Any]) -> str:
    console = Console(file=StringIO(), width=100)
    print_summary(results, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def _rows(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in text.splitlines()
        if line.startswith("│")
    ]


def test_the_tables_hold_the_numbers_in_percent(results: dict[str, Any]) -> None:
    rows = _rows(_printed(results))
    assert [row[:2] for row in rows[:2]] == [["a", "90.0 %"], ["b", "80.0 %"]]
    assert rows[2:8:2] == [
        ["0", "90.0 %", "80.0 %", "80.0 %", "90.0 %"],
        ["0.1", "50.0 %", "70.0 %", "40.0 %", "–"],  # noqa: RUF001
        ["0.2", "10.0 %", "60.0 %", "0.0 %", "85.0 %"],
    ]


def test_every_accuracy_has_its_interval_of_100_images(results: dict[str, Any]) -> None:
    rows = _rows(_printed(results))
    clean = {"a": f"82.6{TO}94.5 %", "b": f"71.1{TO}86.7 %"}
    assert [row[2] for row in rows[:2]] == [clean["a"], clean["b"]]
    assert rows[3] == ["", clean["a"], clean["b"], clean["b"], clean["a"]]
    assert rows[5] == ["", f"40.4{TO}59.6 %", f"60.4{TO}78.1 %", f"30.9{TO}49.8 %", ""]
    assert "its 95 % interval over n images (Wilson)" in _printed(results)


def test_an_accuracy_that_is_no_share_of_its_images_is_refused(results: dict[str, Any]) -> None:
    results["attacks"][1]["n"] = 99
    with pytest.raises(ResultsError, match=r"fgm on a at eps 0.1, evaluated a: an accuracy of 0.5"):
        print_summary(results)


def test_a_clean_accuracy_that_is_no_share_of_the_images_is_refused(
    results: dict[str, Any],
) -> None:
    results["models"]["a"]["clean_accuracy"] = 0.905
    with pytest.raises(ResultsError, match=r"models.a.clean_accuracy: an accuracy of 0.905 on 100"):
        print_summary(results)


def test_comparisons_at_the_largest_eps_are_told_in_sentences(results: dict[str, Any]) -> None:
    one = {"attack": "fgm", "norm": "inf", "labels": "true", "attacked": "a", "n": 100}
    counts = {"only_first": 3, "only_second": 30, "p_value": 1e-6, "p_holm": 2e-6}
    results["comparisons"] = [
        {**one, "eps": eps, "first": "a", "second": "b", **counts} for eps in (0.1, 0.2)
    ]
    text = " ".join(_printed(results).split())
    assert "Of the images made for a at eps 0.2 (fgm, l-inf, true labels), b keeps more" in text
    assert text.count("McNemar") == 1


def test_a_line_says_what_the_numbers_stand_on(results: dict[str, Any]) -> None:
    assert "\nn 100, seed 1, labels true, norm inf\n" in _printed(results)


def test_the_overhead_is_told_in_percent_of_the_total(results: dict[str, Any]) -> None:
    text = _printed(results)
    assert "Durations, overhead 20.0 % of the total" in text
    assert ["overhead", "2.0 s", "20.0 %"] in _rows(text)


def test_without_a_total_the_durations_have_no_share(results: dict[str, Any]) -> None:
    results["durations"] = {"training": 90.0}
    assert ["training", "1 min 30 s", "–"] in _rows(_printed(results))  # noqa: RUF001


def test_without_durations_there_is_no_table_of_them(results: dict[str, Any]) -> None:
    results["durations"] = {}
    assert "Durations" not in _printed(results)


def test_brackets_in_a_name_are_not_taken_for_markup(
    results: dict[str, Any], entry: Callable[..., dict[str, Any]]
) -> None:
    results["models"] = {"[red]m[/red]": {"clean_accuracy": 1.0}}
    results["attacks"] = [entry("[red]m[/red]", "[red]m[/red]", 0.1, 0.5)]
    assert _printed(results).count("[red]m[/red]") == 3


def test_the_terminal_is_the_default(
    results: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(results)
    assert capsys.readouterr().out.startswith("Clean accuracy on digits\n")


def test_wrong_results_are_refused(results: dict[str, Any]) -> None:
    del results["seed"]
    with pytest.raises(ResultsError, match="results: seed is missing"):
        print_summary(results)
