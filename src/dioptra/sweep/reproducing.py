# SPDX-License-Identifier: Apache-2.0
"""Running a sweep again, and comparing what its points gave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from dioptra.entrypoint import format_value
from dioptra.provenance import Comparison, compare, locate_project, name_another, read_result
from dioptra.sdk.exceptions import ResultsError
from dioptra.sweep.grid import describe
from dioptra.sweep.points import RUN_ID
from dioptra.sweep.record import Record, read_record
from dioptra.sweep.sweeping import sweep


@dataclass(frozen=True)
class Outcome:
    """What a point gave: its row of the table and, where that names a run, the result of that."""

    row: dict[str, Any]
    run: dict[str, Any]

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest of the point's run."""
        found: dict[str, Any] = self.run.get("manifest", {})
        return found

    @property
    def measured(self) -> dict[str, Any]:
        """What it gave but for the manifest."""
        run = {name: value for name, value in self.run.items() if name != "manifest"}
        # The metrics of the run are in its row as well.
        known = {RUN_ID, *run.get("metrics", {})}
        row = {name: _write(value) for name, value in self.row.items() if name not in known}
        return {**run, "row": row}


def read_sweep(folder: Path) -> dict[str, Any]:
    """Read a sweep as a result, and check that it is what was written.

    Args:
        folder: The folder of the sweep.

    Returns:
        ``points``, by the parameters that vary: for each the parameters, metrics and hashes of its
        run, and the rest of its row. The ``manifest`` is that of the last point, with the
        parameters of all.

    Raises:
        ResultsError: The folder holds no sweep that has finished, or one that was edited.
        RunNotFoundError: The tracking store has not the runs of its points.
    """
    record = _read_whole(folder)
    return _join(_read_points(record, _list_varied(record)))


def reproduce_sweep(
    folder: Path,
    project: Path | None = None,
    changes: Mapping[str, str] | None = None,
    tolerance: float = 0.0,
    say: Callable[[str], object] = print,
) -> Comparison:
    """Run a sweep again, under another name, and compare point by point.

    Args:
        folder: The folder of the sweep.
        project: The project's folder (default: the one that its points name).
        changes: Parameters as text that replace recorded ones; some of the values of one that
            varies stand for a part of the sweep, and that part is compared.
        tolerance: See :func:`dioptra.provenance.compare`.
        say: Takes each line about how far it is.

    Returns:
        The recorded sweep beside the new one, which is below ``results/sweeps`` in the workspace.

    Raises:
        ResultsError: The folder holds no sweep that has finished, or one that was edited.
        RunNotFoundError: The tracking store has not the runs of its points.
        EntryPointNotFoundError: The project is not there, or has no such entry point.
        ParameterError: The entry point does not take a recorded parameter any more.
        SweepError: Points failed.
    """
    record = _read_whole(folder)
    varied, changes = _list_varied(record), changes or {}
    recorded = _read_points(record, varied)
    outcomes = list(recorded.values())
    texts = {**_settle(outcomes, varied), **changes}
    kept = [(name, text) for name, text in record.plan["parameters"] if name not in texts]
    made = sweep(
        project or _find_project(outcomes, record),
        record.plan["entry_point"],
        [*kept, *texts.items()],
        f"{folder.resolve().name}-{name_another()}",
        say=say,
    )
    again = _read_points(_read_whole(made), varied)
    if changes:
        recorded = {point: outcome for point, outcome in recorded.items() if point in again}
    return compare(_join(recorded), _join(again), tolerance)


def _read_whole(folder: Path) -> Record:
    record = read_record(folder)
    left = len(record.points) - len(record.rows)
    if left:
        raise ResultsError(
            f"{left} of {len(record.points)} points of the sweep {str(folder)!r} have not "
            "finished; start it again, and it goes on with these"
        )
    return record


def _list_varied(record: Record) -> list[str]:
    names = record.points[0].texts
    return [name for name in names if len({point.texts[name] for point in record.points}) > 1]


def _read_points(record: Record, varied: Sequence[str]) -> dict[str, Outcome]:
    outcomes = {}
    for point in record.points:
        row = record.rows[point.id]
        name = describe({name: format_value(point.parameters[name]) for name in varied})
        run = read_result(row[RUN_ID]) if RUN_ID in row else {}
        outcomes[name or "the only one"] = Outcome(row, run)
    return outcomes


def _settle(outcomes: Sequence[Outcome], varied: Sequence[str]) -> dict[str, str]:
    # What was open, such as the latest version of a model, and was the same for all points.
    settled = [
        {
            name: text
            for name, text in outcome.manifest.get("parameters", {}).items()
            if name not in varied and outcome.run["parameters"].get(f"used_{name}") == text
        }
        for outcome in outcomes
    ]
    return {
        name: text
        for name, text in settled[0].items()
        if all(others.get(name) == text for others in settled)
    }


def _find_project(outcomes: Sequence[Outcome], record: Record) -> Path:
    named = [outcome.manifest.get("entry_point") for outcome in outcomes]
    return locate_project(named[-1]["project"] if named[-1] else record.plan["project"])


def _join(outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    manifests = [outcome.manifest for outcome in outcomes.values() if outcome.manifest]
    last = manifests[-1] if manifests else {}
    parameters = {
        name: ",".join(dict.fromkeys(manifest["parameters"][name] for manifest in manifests))
        for name in last.get("parameters", {})
    }
    points = {name: outcome.measured for name, outcome in outcomes.items()}
    return {"points": points, "manifest": {**last, "parameters": parameters}}


def _write(value: Any) -> Any:
    # Else a number that is none would differ from itself.
    return str(value) if isinstance(value, float) and not isfinite(value) else value
