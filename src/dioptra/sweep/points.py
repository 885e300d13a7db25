# SPDX-License-Identifier: Apache-2.0
"""One point of a sweep: how it runs, and what becomes of the others where it fails."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from dioptra.entrypoint import call_within, load_entry_point, parse_parameters
from dioptra.entrypoint.reporting import to_fields
from dioptra.pyplugs import checked
from dioptra.sdk.exceptions import SweepError
from dioptra.sdk.interrupts import raise_if_interrupted
from dioptra.sdk.runs import PARENT_VARIABLE
from dioptra.sweep.grid import Point, describe
from dioptra_builtins.tracking.mlflow import get_run_data

if TYPE_CHECKING:
    from prefect import Flow

RUN_ID = "run_id"

Row = dict[str, Any]
Done = Callable[[Point, Row], None]
Failed = Callable[[Point, Exception], None]


class Settling:
    """Gathers what points give; those that fail are told at the end of the ``with`` block.

    Args:
        total: The number of points.
        done: Takes each point that has finished, with its row.
        failed: Takes each point that has failed, with what it raised.
    """

    def __init__(self, total: int, done: Done, failed: Failed) -> None:
        self._total = total
        self._done = done
        self._failed = failed
        self._failures: list[tuple[Point, Exception]] = []

    def settle(self, point: Point, give_row: Callable[[], Row]) -> None:
        """Take what a point gives, or its failure: the others are worth having all the same."""
        try:
            row = give_row()
        except Exception as error:  # noqa: BLE001 - an entry point may raise anything
            # What an interrupt was turned into is no failure of the point.
            raise_if_interrupted()
            self._failures.append((point, error))
            self._failed(point, error)
        else:
            self._done(point, row)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End; raises SweepError where points have failed."""
        if kind is None and self._failures:
            point, error = self._failures[0]
            raise SweepError(
                f"{len(self._failures)} of {self._total} points failed, {describe(point.texts)} "
                f"by {type(error).__name__}: {error}"
            ) from error


def run_point(project: str, entry_point: str, texts: Mapping[str, str], parent: str | None) -> Row:
    """Run an entry point, and give what its row of the table holds.

    Args:
        project: The project folder.
        entry_point: The entry point's name.
        texts: Its parameters as text.
        parent: The MLflow run of the sweep.

    Returns:
        The numbers and texts that the entry point returned and, where that names its run, the
        metrics that it logged.

    Raises:
        KeyboardInterrupt: The point before was interrupted, without ending by it.
    """
    raise_if_interrupted()
    flow = _load_once(project, entry_point)
    with _child_of(parent):
        result = call_within(flow, parse_parameters(flow, texts))
    fields = to_fields(result)
    row = {name: value for name, value in fields.items() if isinstance(value, int | float | str)}
    if RUN_ID in row:
        logged = checked(get_run_data)(str(row[RUN_ID]))
        row = {**logged.metrics, **row}
    return row


# By name, and once in each process: a flow cannot be pickled for the processes of a task runner.
@cache
def _load_once(project: str, entry_point: str) -> "Flow[..., Any]":
    return load_entry_point(Path(project), entry_point)


@contextmanager
def _child_of(parent: str | None) -> Iterator[None]:
    if parent is None:
        yield
        return
    # A point may itself run a sweep.
    before = os.environ.get(PARENT_VARIABLE)
    os.environ[PARENT_VARIABLE] = parent
    try:
        yield
    finally:
        if before is None:
            del os.environ[PARENT_VARIABLE]
        else:
            os.environ[PARENT_VARIABLE] = before
