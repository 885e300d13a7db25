# SPDX-License-Identifier: Apache-2.0
"""What a sweep has done so far, kept so that a sweep that was killed goes on where it was."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dioptra.sdk.exceptions import ResultsError
from dioptra.sweep.grid import Point

PLAN = "sweep.json"
DONE = "points.jsonl"


@dataclass
class Record:
    """The record of one sweep, in a folder of its own.

    ``plan`` says what is swept; ``rows`` holds what each finished point gave, by its id.
    """

    folder: Path
    plan: dict[str, Any]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def is_done(self, point: Point) -> bool:
        """Tell whether a point has finished."""
        return point.id in self.rows

    def add(self, point: Point, row: dict[str, Any]) -> None:
        """Write down what a point gave; when this returns, it outlasts a crash.

        Args:
            point: The point.
            row: Names and numbers or text.
        """
        line = json.dumps({"point": point.id, "row": row}, sort_keys=True)
        with (self.folder / DONE).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
        self.rows[point.id] = row


def open_record(folder: Path, plan: dict[str, Any], points: Sequence[Point]) -> Record:
    """Open the record of a sweep, of an earlier start too.

    Args:
        folder: The folder of the sweep; made where it is not there.
        plan: What is swept, as JSON holds it. That of an earlier start must be the same.
        points: All points of the sweep.

    Returns:
        The record, with the points that have finished.

    Raises:
        ResultsError: The folder holds another sweep, or a record that was edited.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PLAN
    if path.is_file():
        known = _load(path, path.read_text(encoding="utf-8"))
        if known != plan:
            raise ResultsError(
                f"{str(folder)!r} holds a sweep of other parameters; give this one another name"
            )
    else:
        part = path.with_suffix(".part")
        part.write_text(json.dumps(plan, indent=2) + "\n", encoding="utf-8")
        part.replace(path)
    return Record(folder, plan, _read_rows(folder / DONE, {point.id for point in points}))


def _read_rows(path: Path, known: set[str]) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        # A line that was being written when the process was killed.
        path.write_bytes(whole)
    rows = {}
    for number, line in enumerate(whole.decode().splitlines(), 1):
        entry = _load(f"{path}:{number}", line)
        if not isinstance(entry, dict) or entry.get("point") not in known:
            raise ResultsError(f"{path}:{number}: no point of this sweep; remove the line")
        rows[entry["point"]] = entry["row"]
    return rows


def _load(place: object, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ResultsError(f"{place} is not JSON: {error}; was it edited?") from error
