"""What a line of the tables says."""

import io

from rich.console import Console

from benchmarks.results import Bar, Outcome, Row
from benchmarks.table import format_bar, format_number, format_row, print_tables


def test_numbers_have_the_digits_that_a_noisy_measurement_has() -> None:
    assert [format_number(x) for x in (None, 3.14159, 0.7512, 12345.6)] == [
        "-",
        "3.14",
        "0.751",
        "12,346",
    ]


def test_a_bar_that_holds_says_so() -> None:
    assert format_bar(Bar("fast", 3.0, 2.5, noise=0.1)) == (
        "fast",
        "3",
        "± 0.1",
        "≥ 2.5",
        "holds",
        "",
    )


def test_a_bar_that_the_floor_forbids_shows_the_floor() -> None:
    *_, asked, answer, note = format_bar(
        Bar("two workers", 0.9, 0.6, at_least=False, floor=0.8, note="two plain processes")
    )
    assert (asked, answer) == ("≤ 0.6", "missed, as the floor is")
    assert note == "floor 0.8; two plain processes"


def test_a_contender_that_is_not_there_has_a_reason_and_no_number() -> None:
    row = Row("fgm", "torchattacks", None, "images/s", note="not there: torch is not installed")
    assert format_row(row) == (
        "torchattacks",
        "-",
        "",
        "",
        "not there: torch is not installed",
    )


def test_the_tables_end_with_the_bars() -> None:
    said = io.StringIO()
    outcome = Outcome([Row("fgm", "the suite", 3000.0, "images/s", 10.0, 2.6)], [Bar("b", 3, 2.5)])
    print_tables(outcome, Console(file=said, width=120))
    text = said.getvalue()
    assert "3,000 images/s" in text
    assert text.index("3,000") < text.index("holds")
