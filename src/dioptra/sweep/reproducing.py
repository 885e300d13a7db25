# SPDX-License-Identifier: Apache-2.0
"""Running a sweep again, and comparing what the points of two sweeps gave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint import (
    complete,
    format_parameters,
    format_value,
    load_entry_point,
    parse_parameters,
)
from dioptra.provenance import locate_project
from dioptra.reproduction import RESULTS_DIR, Comparison, compare, name_another, read_result
from dioptra.sdk.exceptions import ResultsError, SweepError
from dioptra.sdk.workspace import find_workspace
from dioptra.sweep.grid import Point, describe, list_values, make_point
from dioptra.sweep.points import RUN_ID
from dioptra.sweep.record import VARIED, Record, read_record
from dioptra.sweep.sweeping import find_folder, run_points

if TYPE_CHECKING:
    from prefect import Flow

ONLY = "the only point"


@dataclass(frozen=True)
class Outcome:
    """What a point gave: its row of the table and, where that names a run, the result of that.

    ``failure`` is why it gave nothing, where it failed.
    """

    point: Point
    row: dict[str, Any]
    run: dict[str, Any]
    failure: str | None = None

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest of its run; empty where there is none."""
        found: dict[str, Any] = self.run.get("manifest", {})
        return found

    @property
    def measured(self) -> dict[str, Any]:
        """What can be compared: the result of its run, or its row where that holds more."""
        if self.failure is not None:
            return {"failed": self.failure}
        row = {name: _write(value) for name, value in self.row.items() if name != RUN_ID}
        if not self.run:
            return {"row": row}
        run = {**self.run, "manifest": {"parameters": self.manifest["parameters"]}}
        return run if self.run.get("metrics") or self.run.get("hashes") else {**run, "row": row}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured."""
        return not any(self.measured.get(part) for part in ("metrics", "hashes", "row"))


def compare_sweeps(first: Path, second: Path, tolerance: float = 0.0) -> Comparison:
    """Compare two sweeps point by point.

    Args:
        first: The folder of a sweep.
        second: That of another.
        tolerance: See :func:`dioptra.reproduction.compare`.

    Returns:
        The differences. Points are named by the parameters that vary in either sweep.

    Raises:
        ResultsError: A folder holds no sweep that has finished, or one that was edited; or a point
            gave nothing that could be compared.
        RunNotFoundError: The tracking store does not have the runs of the points.
    """
    records = [_read_whole(folder) for folder in (first, second)]
    varied = list(dict.fromkeys(name for record in records for name in record.varied))
    sides = []
    for record in records:
        outcomes = _read_outcomes(record, record.points, record.varied)
        names = [
            _name({**outcome.manifest.get("parameters", {}), **_label(outcome.point)}, varied)
            for outcome in outcomes
        ]
        sides.append(_join(dict(zip(names, outcomes, strict=True))))
    return compare(sides[0], sides[1], tolerance)


def reproduce_sweep(
    folder: Path,
    project: Path | None = None,
    changes: Iterable[tuple[str, str]] = (),
    tolerance: float = 0.0,
    say: Callable[[str], object] = print,
) -> Comparison:
    """Run the points of a sweep again, as a sweep of another name, and compare point by point.

    Args:
        folder: The folder of the sweep.
        project: The project's folder (default: the one that the points name).
        changes: Names and texts of parameters. Of one that varies, these are the values whose
            points are made again, as :func:`dioptra.sweep.make_points` takes them; another one
            replaces what was recorded.
        tolerance: See :func:`dioptra.reproduction.compare`.
        say: Takes each line about how far it is.

    Returns:
        The recorded points beside the new ones, whose folder is below ``results/sweeps`` in the
        workspace; a point that fails now differs by that. Where a run has logged neither metrics
        nor hashes, the numbers and texts that the entry point returned are compared instead.

    Raises:
        ResultsError: The folder holds no sweep that has finished, or one that was edited; a point
            gave nothing that could be compared, does not say how it was made, or is not there.
        RunNotFoundError: The tracking store does not have the runs of the points.
        EntryPointNotFoundError: The project is not there, or has no such entry point.
        ParameterError: The entry point does not take a recorded parameter any more.
    """
    record = _read_whole(folder)
    entry_point, varied = record.plan["entry_point"], record.varied
    place = project or _find_project(record)
    flow = load_entry_point(place, entry_point)
    narrowed, replaced = _split(flow, changes, varied)
    chosen = _read_outcomes(record, _choose(flow, record.points, narrowed, replaced), varied)
    title = f"{folder.resolve().name}-{name_another()}"
    # What was recorded is not to be written over.
    made = find_workspace() / "results" / "reproduced" / title
    points = []
    for number, outcome in enumerate(chosen, 1):
        texts = {**_settle(flow, outcome, replaced), **replaced}
        if RESULTS_DIR in flow.parameters.properties and RESULTS_DIR not in replaced:
            texts[RESULTS_DIR] = str(made / f"{number}" if RESULTS_DIR in varied else made)
        points.append(make_point(flow, texts))
    # Some may have settled alike, such as the latest version and the third.
    distinct = list({point.id: point for point in points}.values())
    with suppress(SweepError):
        run_points(place, entry_point, distinct, {VARIED: varied}, title, say)
    again = read_record(find_folder(title))
    names = [_name(outcome.point.texts, varied) for outcome in chosen]
    left, right = (
        _join(dict(zip(names, outcomes, strict=True)))
        for outcomes in (chosen, [_read_outcome(again, point) for point in points])
    )
    return compare(left, right, tolerance)


def _read_whole(folder: Path) -> Record:
    record = read_record(folder)
    left = len(record.points) - len(record.rows)
    if left:
        raise ResultsError(
            f"{left} of {len(record.points)} points of the sweep {str(folder)!r} have not "
            "finished; start it again, and it goes on with these"
        )
    return record


def _read_outcomes(record: Record, points: Sequence[Point], varied: Sequence[str]) -> list[Outcome]:
    outcomes = [_read_outcome(record, point) for point in points]
    for outcome in outcomes:
        _check(outcome, _name(outcome.point.texts, varied), record)
    return outcomes


def _read_outcome(record: Record, point: Point) -> Outcome:
    row = record.rows.get(point.id, {})
    run = read_result(row[RUN_ID]) if RUN_ID in row else {}
    return Outcome(point, row, run, record.failures.get(point.id))


def _check(outcome: Outcome, name: str, record: Record) -> None:
    if outcome.is_empty:
        raise ResultsError(
            f"{name} gave nothing that could be compared: its entry point logs and returns no "
            "numbers"
        )
    made_by = outcome.manifest.get("entry_point") or {}
    if outcome.run and made_by.get("name") != record.plan["entry_point"]:
        raise ResultsError(
            f"the run of {name} does not say how it was made: an earlier version did not record "
            "it, or the entry point returns the run_id of another run than its own; run the sweep "
            "again"
        )


def _label(point: Point) -> dict[str, str]:
    return {name: format_value(value) for name, value in point.parameters.items()}


def _give(flow: "Flow[..., Any]", point: Point) -> dict[str, str]:
    return format_parameters(flow, point.parameters)


def _settle(
    flow: "Flow[..., Any]", outcome: Outcome, replaced: Mapping[str, str]
) -> dict[str, str]:
    given = outcome.point.texts
    defaults = format_parameters(
        flow, complete(flow, parse_parameters(flow, {**given, **replaced}))
    )
    recorded = outcome.manifest.get("parameters", {})
    # A default that is the same today needs no text.
    settled = {
        name: text for name, text in recorded.items() if name in given or text != defaults.get(name)
    }
    return {**given, **settled}


def _name(texts: Mapping[str, str], varied: Sequence[str]) -> str:
    return describe({name: texts.get(name, "default") for name in varied}) or ONLY


def _find_project(record: Record) -> Path:
    (last,) = _read_outcomes(record, record.points[-1:], record.varied)
    named = last.manifest.get("entry_point")
    return locate_project(named["project"] if named else record.plan["project"])


def _split(
    flow: "Flow[..., Any]", changes: Iterable[tuple[str, str]], varied: Sequence[str]
) -> tuple[dict[str, list[str]], dict[str, str]]:
    narrowed: dict[str, list[str]] = {}
    replaced: dict[str, str] = {}
    for name, text in changes:
        if name in varied:
            narrowed.setdefault(name, []).extend(list_values(flow, name, text))
        else:
            replaced[name] = text
    return narrowed, replaced


def _choose(
    flow: "Flow[..., Any]",
    points: Sequence[Point],
    narrowed: Mapping[str, Sequence[str]],
    replaced: Mapping[str, str],
) -> list[Point]:
    chosen = list(points)
    for name, texts in narrowed.items():
        known = {_give(flow, point)[name] for point in points}
        others = {**points[0].texts, **replaced}
        wanted = {_give(flow, make_point(flow, {**others, name: text}))[name] for text in texts}
        if not wanted <= known:
            raise ResultsError(
                f"no point of the sweep has {name}={min(wanted - known)}; its values: "
                f"{', '.join(sorted(known))}"
            )
        chosen = [point for point in chosen if _give(flow, point)[name] in wanted]
    if not chosen:
        raise ResultsError("no point of the sweep has all of these values")
    return chosen


def _join(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    points = {name: outcome.measured for name, outcome in outcomes.items()}
    # The parameters are beside what each point gave.
    manifests = [outcome.manifest for outcome in outcomes.values() if outcome.manifest]
    return {"points": points, "manifest": {**(manifests or [{}])[-1], "parameters": {}}}


def _write(value: Any) -> Any:
    # Else a number that is none would differ from itself.
    return str(value) if isinstance(value, float) and not isfinite(value) else value
