# SPDX-License-Identifier: Apache-2.0
"""The registry: a registered function, and a task whose argument is small or large."""

from typing import Any

from benchmarks.measuring import Measurement, compare, summarize, take_turns
from benchmarks.results import Outcome, Row
from benchmarks.workbench import Workbench
from dioptra import pyplugs

CALLS = 200_000
TASK_CALLS = 50
SIZES = {"8 bytes": 1, "80 kB": 10_000, "8 MB": 1_000_000, "80 MB": 10_000_000}


def add(x: int, y: int) -> int:
    """Add two numbers; not registered."""
    return x + y


@pyplugs.register
def add_registered(x: int, y: int) -> int:
    """Add two numbers."""
    return x + y


@pyplugs.register
def count_values(values: Any) -> int:
    """Count the values of an array."""
    return len(values)


def run(bench: Workbench) -> Outcome:
    """Time calls of functions, and of tasks over arrays of four sizes.

    Args:
        bench: The workbench.
    """
    outcome = Outcome()
    calls = {"plain": lambda: _call(add), "registered": lambda: _call(add_registered)}
    seconds = take_turns(calls, 3 * bench.rounds)
    outcome.rows += _rows("registry, call of a function", seconds, CALLS, "ns", 1e9)
    cost = compare(seconds["registered"], seconds["plain"])
    outcome.add_bar("registry: cost of a registered call", cost, 1.05, at_least=False)
    timed = _time_tasks(bench.rounds)
    outcome.rows += _rows("registry, call_task by the size of its array", timed, TASK_CALLS, "ms")
    smallest, *_, largest = SIZES
    grown = compare(timed[largest], timed[smallest])
    outcome.add_bar("registry: call_task, 80 MB beside 8 bytes", grown, 1.1, at_least=False)
    return outcome


def _call(function: Any) -> None:
    for number in range(CALLS):
        function(number, 1)


def _time_tasks(rounds: int) -> dict[str, list[float]]:
    import numpy as np
    from prefect import flow

    from dioptra.entrypoint.server import embedded_server

    def call(array: Any) -> None:
        for _ in range(TASK_CALLS):
            pyplugs.call_task("benchmarks.subjects", "registry", "count_values", array)

    arrays = {name: np.zeros(size) for name, size in SIZES.items()}

    @flow(name="registry")
    def timing() -> dict[str, list[float]]:
        calls = {name: lambda array=array: call(array) for name, array in arrays.items()}
        # The first calls of a process import what the later ones have.
        take_turns(calls, 1)
        return take_turns(calls, rounds)

    with embedded_server():
        return timing()


def _rows(
    subject: str, seconds: dict[str, list[float]], calls: int, unit: str, scale: float = 1e3
) -> list[Row]:
    def measure(taken: list[float]) -> Measurement:
        return summarize([scale * value / calls for value in taken])

    return [
        Row(subject, name, measure(taken).value, f"{unit} a call", measure(taken).noise)
        for name, taken in seconds.items()
    ]
