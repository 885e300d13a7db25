# SPDX-License-Identifier: Apache-2.0
"""A sweep from its first point to its table."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint import between_calls, load_entry_point
from dioptra.entrypoint.server import embedded_server
from dioptra.jobs.mlflow_api import tracking_url
from dioptra.pyplugs import checked
from dioptra.report.text import percent_range
from dioptra.sdk.exceptions import ParameterError
from dioptra.sdk.interrupts import noting_interrupts
from dioptra.sdk.intervals import estimate_interval
from dioptra.sdk.workspace import find_workspace
from dioptra.sweep.grid import Point, describe, make_points
from dioptra.sweep.local import run_here
from dioptra.sweep.lock import locked
from dioptra.sweep.page import PICTURE, write_sweep_report
from dioptra.sweep.record import Record, open_record
from dioptra.sweep.statistics import MEASURED, count_images
from dioptra.sweep.table import make_table, write_table
from dioptra.sweep.workers import run_on_workers
from dioptra_builtins.artifacts.mlflow import upload_file_as_artifact
from dioptra_builtins.tracking.mlflow import start_run

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

PARENT = "run_id"


def sweep(
    project: Path,
    entry_point: str,
    assignments: Iterable[tuple[str, str]],
    name: str | None = None,
    runner: "TaskRunner[Any] | None" = None,
    pool: str | None = None,
    say: Callable[[str], object] = print,
) -> Path:
    """Run an entry point at every point of a grid; what an earlier start has done is not repeated.

    Args:
        project: The project folder.
        entry_point: The entry point's name.
        assignments: Its parameters, see :func:`dioptra.sweep.make_points`.
        name: The sweep's name: its folder is ``results/sweeps/<name>`` in the workspace (default:
            that of the project and the entry point).
        runner: A task runner of Prefect, for points side by side; without one, they run one after
            the other in this process.
        pool: A work pool of a stack, whose workers take the points; the tables and runs are in the
            stack's MLflow then.
        say: Takes each line about how far it is.

    Returns:
        The folder, with ``table.csv``, ``table.parquet``, ``report.html`` and, where an accuracy
        was measured over a number, ``curves.png``.

    Raises:
        EntryPointNotFoundError: The folder has no such entry point.
        ParameterError: A parameter is unknown or missing, a value is not allowed, or a range empty.
            Or there are a task runner and a pool.
        ResultsError: The folder holds another sweep, or a record that was edited.
        SweepError: Points failed; all others have finished. Or another process runs this sweep.
    """
    given = list(assignments)
    points = make_points(load_entry_point(project, entry_point), given)
    if runner is not None and pool is not None:
        raise ParameterError(
            f"points go to the workers of the pool {pool!r} or to a task runner: leave out --pool, "
            "or --workers and --runner"
        )
    title = name or f"{project.resolve().name}-{entry_point}"
    plan = {"parameters": [list(pair) for pair in given]}
    run_points(project, entry_point, points, plan, title, say, runner, pool)
    return find_folder(title)


def find_folder(title: str) -> Path:
    """Give the folder of a sweep, be it there or not.

    Args:
        title: The sweep's name.

    Returns:
        ``results/sweeps/<title>`` in the workspace.
    """
    return find_workspace() / "results" / "sweeps" / title


def run_points(
    project: Path,
    entry_point: str,
    points: Sequence[Point],
    plan: Mapping[str, Any],
    title: str,
    say: Callable[[str], object],
    runner: "TaskRunner[Any] | None" = None,
    pool: str | None = None,
) -> None:
    """Run the points of a sweep that were made before; what has finished is not repeated.

    Args:
        project: See :func:`dioptra.sweep.sweep`, as for all that is not told here.
        entry_point: The entry point's name.
        points: The points.
        plan: What the record says of them, as JSON holds it.
        title: The sweep's name.
        say: Takes lines.
        runner: A task runner, or none.
        pool: A work pool, or none.

    Raises:
        ResultsError: The folder holds another sweep, or a record that was edited.
        SweepError: Points failed; all others have finished. Or another process runs this sweep.
    """
    folder = find_folder(title)
    whole = {"project": project.resolve().name, "entry_point": entry_point, **plan}
    with locked(folder):
        record = open_record(folder, whole, points)
        _run_left(record, project, title, runner, pool, say)


def _run_left(
    record: Record,
    project: Path,
    title: str,
    runner: "TaskRunner[Any] | None",
    pool: str | None,
    say: Callable[[str], object],
) -> None:
    points, entry_point = record.points, record.plan["entry_point"]
    swept = record.varied or list(points[0].texts)
    left = [point for point in points if not record.is_done(point)]
    if len(left) < len(points):
        say(f"{len(points) - len(left)} of {len(points)} points have finished before")

    def done(point: Point, row: dict[str, Any]) -> None:
        record.add(point, row)
        say(f"{len(record.rows)} of {len(points)}: {_describe(point, swept, row)}")

    if pool is not None:
        os.environ["MLFLOW_TRACKING_URI"] = tracking_url()
    server = embedded_server() if pool is None else nullcontext()
    with noting_interrupts(), server, _parent_run(record, title) as parent:
        try:
            if left and pool is None:
                run_here(project, entry_point, left, parent, done, record.fail, runner)
            elif left:
                run_on_workers(project, entry_point, left, parent, done, record.fail, pool)
        finally:
            for file in _write_files(record):
                checked(upload_file_as_artifact)(file)


def _describe(point: Point, names: Sequence[str], row: dict[str, Any]) -> str:
    measured = f" {MEASURED}={row[MEASURED]:.4g}" if MEASURED in row else ""
    images = count_images([row], MEASURED) if measured else None
    if images:
        measured += f" ({percent_range(estimate_interval(row[MEASURED], images))})"
    return describe({name: point.texts[name] for name in names}) + measured


def _write_files(record: Record) -> list[Path]:
    tables = write_table(make_table(record), record.folder)
    page = write_sweep_report(record.folder)
    picture = record.folder / PICTURE
    return [*tables, page, *([picture] if picture.is_file() else [])]


@contextmanager
def _parent_run(record: Record, title: str) -> Iterator[str]:
    path = record.folder / PARENT
    if path.is_file():
        # MLflow takes up the run that this names.
        os.environ["MLFLOW_RUN_ID"] = path.read_text(encoding="utf-8").strip()
    opened = checked(start_run)(record.plan["project"], f"sweep {title}")
    # It is no result of a flow within which the sweep runs; its folder is what can be made again.
    with between_calls(), opened as run:
        path.write_text(f"{run.info.run_id}\n", encoding="utf-8")
        yield run.info.run_id
