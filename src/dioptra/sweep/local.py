# SPDX-License-Identifier: Apache-2.0
"""Sweeps on this machine."""

import multiprocessing
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.sdk.interrupts import noting
from dioptra.sweep.grid import Point
from dioptra.sweep.points import Done, Failed, Settling, run_point

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner


def run_here(
    project: Path,
    entry_point: str,
    points: Sequence[Point],
    parent: str,
    done: Done,
    failed: Failed,
    runner: "TaskRunner[Any] | None" = None,
) -> None:
    """Run points one after the other or, by a task runner of Prefect, side by side.

    Args:
        project: The project folder.
        entry_point: The entry point's name.
        points: The points to run.
        parent: The MLflow run of the sweep.
        done: Takes each point that has finished, with its row.
        failed: Takes each point that has failed, with what it raised.
        runner: The task runner; without one, the points run in this process.

    Raises:
        SweepError: Points failed; all others have finished.
    """
    from prefect import Task, flow
    from prefect.cache_policies import NO_CACHE
    from prefect.futures import as_completed

    name, place = f"sweep {entry_point}", str(project.resolve())

    @flow(name=name)
    @noting
    def sweep_here() -> None:
        for point in points:
            settling.settle(point, partial(run_point, place, entry_point, point.texts, parent))

    @flow(name=name, task_runner=runner)
    @noting
    def sweep_beside() -> None:
        run = Task(run_point, name=entry_point, cache_policy=NO_CACHE, persist_result=False)
        submitted = {run.submit(place, entry_point, p.texts, parent): p for p in points}
        try:
            for future in as_completed(list(submitted)):
                settling.settle(submitted[future], future.result)
        except BaseException:
            # Interrupted: the runner would wait for the points that its processes are at.
            for process in multiprocessing.active_children():
                process.terminate()
            raise

    with Settling(len(points), done, failed) as settling:
        (sweep_here if runner is None else sweep_beside)()
