import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from dioptra.report import format_table, list_rows
from dioptra.sdk.exceptions import ResultsError, UnknownNameError
from dioptra.sdk.intervals import wilson_interval


@pytest.fixture
def one(results: dict[str, Any], entry: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Results of one attack on the model a."""
    return {**results, "attacks": [entry("a", "a", 0.1, 0.25)]}


def test_the_rows_are_the_clean_accuracies_and_those_under_attack(one: dict[str, Any]) -> None:
    *clean, attacked = list_rows(one)
    assert [row["evaluated"] for row in clean] == sorted(one["models"])
    assert {(row["attack"], row["attacked"], row["eps"]) for row in clean} == {("none", None, 0.0)}
    assert (attacked["attacked"], attacked["eps"], attacked["accuracy"]) == ("a", 0.1, 0.25)
    n = attacked["n"]
    ends = wilson_interval(round(0.25 * n), n)
    assert (attacked["accuracy_low"], attacked["accuracy_high"]) == ends


def test_an_accuracy_that_is_no_share_of_its_images_is_refused(one: dict[str, Any]) -> None:
    one["attacks"][0] |= {"accuracy": 0.333, "n": 10}
    with pytest.raises(ResultsError, match=r"fgm at eps 0\.1, evaluated a"):
        list_rows(one)


def test_csv_has_all_digits() -> None:
    rows = [{"name": "a,b", "share": 1 / 3, "n": 3}, {"name": None, "share": 0.5, "n": 2}]
    read = list(csv.DictReader(io.StringIO(format_table(rows, "csv"))))
    assert read == [
        {"name": "a,b", "share": repr(1 / 3), "n": "3"},
        {"name": "", "share": "0.5", "n": "2"},
    ]


def test_markdown_has_a_rule_below_its_heads_and_no_bar_within_a_cell() -> None:
    rows = [{"name": "a|b", "share": 1 / 3, "n": 10_000}, {"name": None, "share": 0.5, "n": 2}]
    assert format_table(rows, "markdown").splitlines() == [
        "| name | share | n |",
        "| --- | --- | --- |",
        r"| a\|b | 0.3333 | 10000 |",
        "|  | 0.5 | 2 |",
    ]


def test_latex_escapes_what_it_would_read_otherwise() -> None:
    text = format_table([{"my_name": "50 % of $x_1$"}], "latex")
    assert r"my\_name" in text
    assert r"50 \% of \$x\_1\$" in text
    assert text.startswith("\\begin{tabular}{l}\n\\toprule\n")


def test_another_format_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="'html'; known: csv, latex, markdown"):
        format_table([{"n": 1}], "html")  # type: ignore[arg-type]
