# SPDX-License-Identifier: Apache-2.0
"""The tables at the end of a run."""

from typing import TYPE_CHECKING

from benchmarks.results import Bar, Outcome, Row

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

ANSWERS = {True: "holds", False: "missed", None: "not there"}


def format_number(value: float | None) -> str:
    """Write a number with the digits that a noisy measurement has.

    Args:
        value: The number, or None.
    """
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004


def format_bar(bar: Bar) -> tuple[str, ...]:
    """Write a bar as the cells of a line.

    Args:
        bar: The bar.

    Returns:
        Its name, its value, the noise, the bar, whether it holds, and what is to be said of it.
    """
    answer = ANSWERS[bar.holds]
    note = bar.note
    if bar.floor is not None:
        floor = f"floor {format_number(bar.floor)}"
        note = f"{floor}; {note}" if note else floor
        answer += ", as the floor is" if bar.holds is False and bar.is_forbidden else ""
    sign = "\N{GREATER-THAN OR EQUAL TO}" if bar.at_least else "\N{LESS-THAN OR EQUAL TO}"
    noise = f"\N{PLUS-MINUS SIGN} {format_number(bar.noise)}" if bar.value is not None else ""
    return bar.name, format_number(bar.value), noise, f"{sign} {bar.bar:g}", answer, note


def format_row(row: Row) -> tuple[str, ...]:
    """Write a row as the cells of a line.

    Args:
        row: The row.

    Returns:
        Its contender, its value with the unit, the noise, the ratio, and what is to be said of it.
    """
    value = f"{format_number(row.value)} {row.unit}" if row.value is not None else "-"
    noise = f"\N{PLUS-MINUS SIGN} {format_number(row.noise)}" if row.noise is not None else ""
    ratio = f"{format_number(row.ratio)}x" if row.ratio is not None else ""
    return row.contender, value, noise, ratio, row.note


def print_tables(outcome: Outcome, console: "Console") -> None:
    """Print all rows, by subject, and then the bars.

    Args:
        outcome: The rows and bars.
        console: Where to print.
    """
    for subject in dict.fromkeys(row.subject for row in outcome.rows):
        table = _table(subject, "contender", "median", "noise", "ratio", "result")
        for row in outcome.rows:
            if row.subject == subject:
                table.add_row(*format_row(row))
        console.print(table)
    table = _table("bars", "bar", "value", "noise", "asked", "answer", "note")
    for bar in outcome.bars:
        table.add_row(*format_bar(bar))
    console.print(table)


def _table(title: str, *columns: str) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE)
    for column in columns:
        table.add_column(column, justify="right" if column in {"median", "value"} else "left")
    return table
