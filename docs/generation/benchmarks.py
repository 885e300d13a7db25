# SPDX-License-Identifier: Apache-2.0
"""The tables of the benchmarks, from the file that ``make bench`` has written."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.results import Bar, Row
from benchmarks.table import format_bar, format_row
from generation.directive import GeneratingDirective, heading, table

ROOT = Path(__file__).parents[2]
FILE = ROOT / "benchmarks" / "results.json"
PICTURE = ROOT / "docs" / "source" / "explanation" / "fgm-flame-graph.svg"
NO_RUN = "No run is recorded yet: ``make bench`` makes one, and fills this page."
NO_PICTURE = "No picture is recorded yet: ``make bench-profile`` draws one."
SIGN = re.compile("([±≤≥]) ")
Made = TypeVar("Made", Row, Bar)


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


def state(results: Mapping[str, Any]) -> Iterator[str]:
    """Tell on what was measured, with what, and how many bars hold."""
    machine = results["machine"]
    bars = [bar for bar in results["bars"] if bar["holds"] is not None]
    holding = sum(bar["holds"] for bar in bars)
    yield f"Measured on {machine['cores']} cores ({machine['processor']}), {machine['system']},"
    yield f"Python {machine['python']}, in {sum(results['seconds'].values()) / 60:.0f} minutes."
    yield f"Of {len(bars)} bars that could be measured, {holding} hold."
    versions = {item for part in results["versions"].values() for item in part.items()}
    yield f"Libraries: {', '.join(' '.join(item) for item in sorted(versions))}."
    revisions = dict.fromkeys(filter(None, results["revisions"].values()))
    yield f"Revision of the code: {', '.join(f'``{revision}``' for revision in revisions)}."


def bars(results: Mapping[str, Any]) -> Iterator[str]:
    """Write the table of the bars."""
    head = ["what is asked", "measured", "noise", "bar", "answer", "note"]
    yield from table("Bars", head, (escape(format_bar(make(Bar, bar))) for bar in results["bars"]))


def contenders(results: Mapping[str, Any]) -> Iterator[str]:
    """Write a table for each subject."""
    head = ["contender", "median", "noise", "ratio", "result"]
    rows = [make(Row, row) for row in results["rows"]]
    for subject in dict.fromkeys(row.subject for row in rows):
        yield from heading(subject, "~")
        yield from table(
            "", head, (escape(format_row(row)) for row in rows if row.subject == subject)
        )


def determinism(results: Mapping[str, Any]) -> Iterator[str]:
    """Write the table of what the settings of TensorFlow cost and give."""
    head = ["setting", "median", "noise", "ratio", "weights"]
    rows = (make(Row, row) for row in results["rows"] if row["part"] == "determinism")
    yield from table("", head, (escape(format_row(row)) for row in rows))


def escape(cells: Iterable[str]) -> list[str]:
    """Keep a dash alone in a cell from being the start of a list, and a sign at its number."""
    return [r"\-" if cell == "-" else SIGN.sub("\\1\N{NO-BREAK SPACE}", cell) for cell in cells]


def make(kind: type[Made], entry: Mapping[str, Any]) -> Made:
    """Make a row or a bar of its entry in the file, which holds more than that."""
    return kind(**{field.name: entry[field.name] for field in fields(kind)})


def show_picture() -> list[str]:
    """Show the flame graph, where it was drawn."""
    if not PICTURE.is_file():
        return [NO_PICTURE]
    return [f".. image:: {PICTURE.name}", "   :alt: A flame graph of the entry point fgm"]


PARTS = {"state": state, "bars": bars, "contenders": contenders, "determinism": determinism}
