# SPDX-License-Identifier: Apache-2.0
"""Running a sweep again, and comparing what the points of two sweeps gave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint import format_value, load_entry_point
from dioptra.provenance import (
    RESULTS_DIR,
    Comparison,
    compare,
    locate_project,
    name_another,
    read_result,
)
from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.workspace import find_workspace
from dioptra.sweep.grid import Point, describe, expand, make_point, takes_list
from dioptra.sweep.points import RUN_ID
from dioptra.sweep.record import Record, read_record
from dioptra.sweep.sweeping import PARAMETERS, run_points

if TYPE_CHECKING:
    from prefect import Flow

ONLY = "the only point"


@dataclass(frozen=True)
class Outcome:
    """What a point gave: its row of the table and, where that names a run, the result of that."""

    point: Point
    row: dict[str, Any]
    run: dict[str, Any]

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest of its run; empty where there is none."""
        found: dict[str, Any] = self.run.get("manifest", {})
        return found

    @property
    def texts(self) -> dict[str, str]:
        """Its parameters, where it has a run those that were left to their defaults, too."""
        given = {name: format_value(value) for name, value in self.point.parameters.items()}
        return {**given, **self.manifest.get("parameters", {})}

    @property
    def measured(self) -> dict[str, Any]:
        """What can be compared: the result of its run or, without one, its row of the table."""
        if not self.run:
            return {"row": {name: _write(value) for name, value in self.row.items()}}
        return {**self.run, "manifest": {"parameters": self.manifest["parameters"]}}


def compare_sweeps(first: Path, second: Path, tolerance: float = 0.0) -> Comparison:
    """Compare two sweeps point by point.

    Args:
        first: The folder of a sweep.
        second: That of another.
        tolerance: See :func:`dioptra.provenance.compare`.

    Returns:
        The differences. Points are named by the parameters that vary in either sweep.

    Raises:
        ResultsError: A folder holds no sweep that has finished, or one that was edited.
        RunNotFoundError: The tracking store has not the runs of the points.
    """
    records = [_read_whole(folder) for folder in (first, second)]
    varied = list(dict.fromkeys(name for record in records for name in _list_varied(record)))
    left, right = (
        _join({_name(one.texts, varied): one for one in _read_outcomes(record)})
        for record in records
    )
    return compare(left, right, tolerance)


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
        tolerance: See :func:`dioptra.provenance.compare`.
        say: Takes each line about how far it is.

    Returns:
        The recorded points beside the new ones, whose folder is below ``results/sweeps`` in the
        workspace.

    Raises:
        ResultsError: The folder holds no sweep that has finished, or one that was edited; a point
            gave nothing that could be compared, does not say how it was made, or is not there.
        RunNotFoundError: The tracking store has not the runs of the points.
        EntryPointNotFoundError: The project is not there, or has no such entry point.
        ParameterError: The entry point does not take a recorded parameter any more.
        SweepError: Points failed.
    """
    record = _read_whole(folder)
    outcomes, varied = _read_outcomes(record), _list_varied(record)
    for outcome in outcomes:
        _check(outcome, varied)
    place = project or _find_project(outcomes, record)
    flow = load_entry_point(place, record.plan["entry_point"])
    narrowed, replaced = _split(flow, changes, varied)
    chosen = _choose(flow, outcomes, narrowed)
    title = f"{folder.resolve().name}-{name_another()}"
    made = find_workspace() / "results" / "reproduced" / title
    points = []
    for number, outcome in enumerate(chosen, 1):
        # What was recorded is not to be written over.
        places = {RESULTS_DIR: str(made / f"{number}")} if _takes(flow, RESULTS_DIR) else {}
        points.append(make_point(flow, {**outcome.texts, **places, **replaced}))
    plan = {PARAMETERS: [], "reproduces": folder.resolve().name}
    again = run_points(place, record.plan["entry_point"], points, plan, title, say=say)
    names = [_name(outcome.point.texts, varied) for outcome in chosen]
    left, right = (
        _join(dict(zip(names, found, strict=True)))
        for found in (chosen, _read_outcomes(_read_whole(again)))
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


def _read_outcomes(record: Record) -> list[Outcome]:
    rows = [record.rows[point.id] for point in record.points]
    runs = [read_result(row[RUN_ID]) if RUN_ID in row else {} for row in rows]
    return [Outcome(*parts) for parts in zip(record.points, rows, runs, strict=True)]


def _list_varied(record: Record) -> list[str]:
    names = record.points[0].texts
    return [name for name in names if len({point.texts[name] for point in record.points}) > 1]


def _name(texts: Mapping[str, str], varied: Sequence[str]) -> str:
    return describe({name: texts.get(name, "default") for name in varied}) or ONLY


def _check(outcome: Outcome, varied: Sequence[str]) -> None:
    name = _name(outcome.point.texts, varied)
    if not outcome.row:
        raise ResultsError(
            f"{name} gave nothing that could be compared: its entry point returns no run_id and "
            "no numbers"
        )
    if outcome.run and outcome.manifest["entry_point"] is None:
        raise ResultsError(
            f"the run of {name} does not say how it was made: an earlier version did not record "
            "it, or the entry point returns the run_id of a part of its run; run the sweep again"
        )


def _find_project(outcomes: Sequence[Outcome], record: Record) -> Path:
    named = outcomes[-1].manifest.get("entry_point")
    return locate_project(named["project"] if named else record.plan["project"])


def _split(
    flow: "Flow[..., Any]", changes: Iterable[tuple[str, str]], varied: Sequence[str]
) -> tuple[dict[str, list[str]], dict[str, str]]:
    narrowed: dict[str, list[str]] = {}
    replaced: dict[str, str] = {}
    for name, text in changes:
        if name in varied:
            narrowed.setdefault(name, []).extend(expand(text, whole=takes_list(flow, name)))
        else:
            replaced[name] = text
    return narrowed, replaced


def _choose(
    flow: "Flow[..., Any]", outcomes: Sequence[Outcome], narrowed: Mapping[str, Sequence[str]]
) -> list[Outcome]:
    chosen = list(outcomes)
    for name, texts in narrowed.items():
        known = {format_value(outcome.point.parameters[name]) for outcome in outcomes}
        others = outcomes[0].point.texts
        wanted = {
            format_value(make_point(flow, {**others, name: text}).parameters[name])
            for text in texts
        }
        if not wanted <= known:
            raise ResultsError(
                f"no point of the sweep has {name}={min(wanted - known)}; its values: "
                f"{', '.join(sorted(known))}"
            )
        chosen = [one for one in chosen if format_value(one.point.parameters[name]) in wanted]
    if not chosen:
        raise ResultsError("no point of the sweep has all of these values")
    return chosen


def _takes(flow: "Flow[..., Any]", name: str) -> bool:
    return name in flow.parameters.properties


def _join(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    # The parameters are beside what each point gave.
    manifest = {**list(outcomes.values())[-1].manifest, "parameters": {}}
    return {
        "points": {name: outcome.measured for name, outcome in outcomes.items()},
        "manifest": manifest,
    }


def _write(value: Any) -> Any:
    # Else a number that is none would differ from itself.
    return str(value) if isinstance(value, float) and not isfinite(value) else value
