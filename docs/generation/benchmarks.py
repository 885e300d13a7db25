# SPDX-License-Identifier: Apache-2.0
"""The tables of the benchmarks, from the file that ``make bench`` has written."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from generation.directive import GeneratingDirective, heading, table

ROOT = Path(__file__).parents[2]
FILE = ROOT / "benchmarks" / "results.json"
PICTURE = ROOT / "docs" / "source" / "explanation" / "fgm-flame-graph.svg"
NO_RUN = "No run is recorded yet: ``make bench`` makes one, and fills this page."
NO_PICTURE = "No picture is recorded yet: ``make bench-profile`` draws one."
EMPTY = "–"  # noqa: RUF001 - typography's sign for an empty cell
# Numbers from here on are written without a fraction.
LARGE = 100


class Benchmarks(GeneratingDirective):
    """``.. benchmarks:: PART``: a part of the page, see ``PARTS``."""

    required_arguments = 1

    def lines(self) -> Iterable[str]:
        """Write the part."""
        self.env.note_dependency(str(FILE))
        part = self.arguments[0]
        if part == "flame-graph":
            return show_picture()
        if not FILE.is_file():
            return [NO_RUN] if part == "state" else []
        return PARTS[part](json.loads(FILE.read_text(encoding="utf-8")))


def number(value: float | None) -> str:
    """Write a number with the digits that a noisy measurement has."""
    if value is None:
        return EMPTY
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.3g}"


def state(results: Mapping[str, Any]) -> Iterator[str]:
    """Tell on what was measured, with what, and how many bars hold."""
    machine = results["machine"]
    bars = [bar for bar in results["bars"] if bar["holds"] is not None]
    holding = sum(bar["holds"] for bar in bars)
    yield f"Measured on {machine['cores']} cores ({machine['processor']}), {machine['system']},"
    yield f"Python {machine['python']}, in {sum(results['seconds'].values()) / 60:.0f} minutes."
    yield f"Of {len(bars)} bars that could be measured, {holding} hold."
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    yield f"Libraries: {versions}."


def bars(results: Mapping[str, Any]) -> Iterator[str]:
    """Write the table of the bars."""
    head = ["what is asked", "bar", "measured", "answer", "note"]
    rows = []
    for bar in results["bars"]:
        sign = "≥" if bar["at_least"] else "≤"
        measured = number(bar["value"])
        if bar["value"] is not None:
            measured += f" ± {number(bar['noise'])}"
        floor = [] if bar["floor"] is None else [f"the machine's floor is {number(bar['floor'])}"]
        note = "; ".join([*floor, *([bar["note"]] if bar["note"] else [])])
        rows.append(
            [bar["name"], f"{sign} {bar['bar']:g}", measured, answer(bar), note or EMPTY],
        )
    yield from table("Bars", head, rows)


def answer(bar: Mapping[str, Any]) -> str:
    """Say whether a bar holds."""
    if bar["holds"] is None:
        return "not there"
    if bar["holds"]:
        return "holds"
    return "**missed**, as the floor is" if bar["forbidden"] else "**missed**"


def contenders(results: Mapping[str, Any]) -> Iterator[str]:
    """Write a table for each subject."""
    head = ["contender", "median", "noise", "ratio", "result"]
    for subject in dict.fromkeys(row["subject"] for row in results["rows"]):
        rows = [
            [
                row["contender"],
                EMPTY if row["value"] is None else f"{number(row['value'])} {row['unit']}",
                EMPTY if row["noise"] is None else f"± {number(row['noise'])}",
                EMPTY if row["ratio"] is None else f"{number(row['ratio'])}x",
                row["note"] or EMPTY,
            ]
            for row in results["rows"]
            if row["subject"] == subject
        ]
        yield from heading(subject, "~")
        yield from table("", head, rows)


def show_picture() -> list[str]:
    """Show the flame graph, where it was drawn."""
    if not PICTURE.is_file():
        return [NO_PICTURE]
    return [f".. image:: {PICTURE.name}", "   :alt: A flame graph of the entry point fgm"]


PARTS = {"state": state, "bars": bars, "contenders": contenders}
