# SPDX-License-Identifier: Apache-2.0
"""What a sweep has done so far, kept so that a sweep that was killed goes on where it was."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.interrupts import holding_interrupts
from dioptra.sdk.seal import SEAL
from dioptra.sweep.grid import Point

PLAN = "sweep.json"
POINTS = "points"
VARIED = "varied"
DONE = "points.jsonl"
FAILED = "failed.jsonl"


@dataclass
class Record:
    """The record of one sweep, in a folder of its own.

    ``plan`` says what is swept, and ``points`` are all of it; ``rows`` holds what each finished
    point gave, and ``failures`` why each of the others failed that did, by its id.
    """

    folder: Path
    plan: dict[str, Any]
    points: list[Point]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def varied(self) -> list[str]:
        """The parameters that tell the points apart."""
        given: list[str] | None = self.plan.get(VARIED)
        if given is not None:
            return given
        names = self.points[0].texts
        return [name for name in names if len({point.texts[name] for point in self.points}) > 1]

    def is_done(self, point: Point) -> bool:
        """Tell whether a point has finished."""
        return point.id in self.rows

    def add(self, point: Point, row: dict[str, Any]) -> None:
        """Write down what a point gave; when this returns, it outlasts a crash.

        Args:
            point: The point.
            row: Names and numbers or text.
        """
        with holding_interrupts():
            self._append(DONE, {"point": point.id, "row": row})
            self.rows[point.id] = row
            self.failures.pop(point.id, None)

    def fail(self, point: Point, error: Exception) -> None:
        """Write down why a point failed; it counts until the point finishes after all.

        Args:
            point: The point.
            error: What it raised.
        """
        reason = f"{type(error).__name__}: {error}"
        with holding_interrupts():
            self._append(FAILED, {"point": point.id, "reason": reason})
            self.failures[point.id] = reason

    def _append(self, name: str, entry: dict[str, Any]) -> None:
        sealed = {**entry, SEAL: _hash(entry)}
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(sealed, sort_keys=True)}\n")
            file.flush()
            os.fsync(file.fileno())


def is_sweep(folder: Path) -> bool:
    """Tell whether a folder is that of a sweep.

    Args:
        folder: The folder.

    Returns:
        Whether it holds the record of one.
    """
    return (folder / PLAN).is_file()


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
    whole = {**plan, POINTS: [asdict(point) for point in points]}
    if not path.is_file():
        part = path.with_suffix(".part")
        part.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
        part.replace(path)
    elif _load(path, path.read_text(encoding="utf-8")) != whole:
        raise ResultsError(
            f"{str(folder)!r} holds a sweep of other parameters; give this one another name"
        )
    for name in (DONE, FAILED):
        _cut_unfinished(folder / name)
    return read_record(folder)


def read_record(folder: Path) -> Record:
    """Read the record of a sweep.

    Args:
        folder: The folder of the sweep.

    Returns:
        The record, with the points that have finished and those that have failed.

    Raises:
        ResultsError: The folder holds no record, or one that was edited.
    """
    path = folder / PLAN
    if not path.is_file():
        raise ResultsError(f"{path} does not exist; name the folder of a sweep")
    plan = _load(path, path.read_text(encoding="utf-8"))
    try:
        points = [Point(**fields) for fields in plan.pop(POINTS)]
    except (AttributeError, KeyError, TypeError) as error:
        raise ResultsError(f"{path} does not name its points; give the sweep a new name") from error
    known = {point.id for point in points}
    rows = {entry["point"]: entry["row"] for entry in _read_entries(folder / DONE, known)}
    failures = {
        entry["point"]: entry["reason"]
        for entry in _read_entries(folder / FAILED, known)
        if entry["point"] not in rows
    }
    return Record(folder, plan, points, rows, failures)


def _read_entries(path: Path, known: set[str]) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    # A last line without its end is still being written, or was when the process was killed.
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    for number, line in enumerate(whole.decode().splitlines(), 1):
        entry = _load(f"{path}:{number}", line)
        if not isinstance(entry, dict) or entry.get("point") not in known:
            raise ResultsError(f"{path}:{number}: no point of this sweep; remove the line")
        if entry.pop(SEAL, None) != _hash(entry):
            raise ResultsError(
                f"{path}:{number} was edited: its content does not fit its hash; remove the line, "
                "and its point runs again"
            )
        yield entry


def _hash(entry: dict[str, Any]) -> str:
    # Not as strict as JSON: a metric may be NaN.
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _cut_unfinished(path: Path) -> None:
    if path.is_file():
        whole, end, unfinished = path.read_bytes().rpartition(b"\n")
        if unfinished:
            path.write_bytes(whole + end)


def _load(place: object, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ResultsError(f"{place} is not JSON: {error}; was it edited?") from error
