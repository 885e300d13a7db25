# SPDX-License-Identifier: Apache-2.0
"""Contenders: checked for what they compute, then timed in turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from benchmarks.measuring import compare, summarize, take_turns
from benchmarks.results import Row

# Of a call that takes a twentieth of a second, most is what the contender before has left behind.
SHORTEST = 0.5


@dataclass(frozen=True)
class Contender:
    """One way to do what is timed.

    Attributes:
        name: Its name in the table.
        prepare: Makes what is timed, from the case; a function without arguments.
        requires: The modules it needs; where one is not installed, it is not there.
        is_peer: Whether it may fail, and then counts as not there.
    """

    name: str
    prepare: Callable[[Any], Callable[[], Any]]
    requires: tuple[str, ...] = ()
    is_peer: bool = False


@dataclass(frozen=True)
class Contest:
    """What came of a contest.

    Attributes:
        seconds: The seconds of each round, by contender; of those that are there.
        rows: A row for each contender.
    """

    seconds: dict[str, list[float]]
    rows: list[Row]


def find_absence(contender: Contender) -> str | None:
    """Say why a contender is not there; None where it is.

    Args:
        contender: The contender.
    """
    missing = [name for name in contender.requires if find_spec(name) is None]
    return f"not there: {', '.join(missing)} is not installed" if missing else None


def hold_contest(
    subject: str,
    contenders: Sequence[Contender],
    case: Any,
    check: Callable[[Any], str],
    amount: int,
    unit: str,
    yardstick: str,
    rounds: int,
    trial: Any = None,
) -> Contest:
    """Check what each contender computes, then time those that are there.

    Args:
        subject: What is timed.
        contenders: Who does it.
        case: What ``prepare`` of each gets.
        check: From a result to what is to be said of it; raises where it is wrong.
        amount: How much is done in a call, so that ``amount / seconds`` is the value of a row.
        unit: The unit of that value.
        yardstick: The contender that ratios are formed against.
        rounds: The number of rounds.
        trial: A smaller case, on which contenders are checked; None for the case itself.

    Returns:
        The seconds and the rows.
    """
    ready, notes = {}, {}
    for contender in contenders:
        absence = find_absence(contender)
        if absence is None:
            call, notes[contender.name] = _try(contender, case, trial, check)
            if call is not None:
                ready[contender.name] = call
        else:
            notes[contender.name] = absence
    seconds = take_turns(ready, rounds, SHORTEST)
    rows = [
        _make_row(subject, name, seconds, amount, unit, yardstick, note)
        for name, note in notes.items()
    ]
    return Contest(seconds, rows)


def _try(
    contender: Contender, case: Any, trial: Any, check: Callable[[Any], str]
) -> tuple[Callable[[], Any] | None, str]:
    try:
        call = contender.prepare(case if trial is None else trial)
        note = check(call())
        return call if trial is None else contender.prepare(case), note
    except Exception as error:
        # An old peer may break in any way on the libraries of today.
        if not contender.is_peer:
            raise
        lines = str(error).strip().splitlines() or [""]
        return None, f"not there: {type(error).__name__}: {lines[0]}"


def _make_row(
    subject: str,
    name: str,
    seconds: dict[str, list[float]],
    amount: int,
    unit: str,
    yardstick: str,
    note: str,
) -> Row:
    if name not in seconds:
        return Row(subject, name, None, unit, note=note)
    speed = summarize([amount / taken for taken in seconds[name]])
    ratio = compare(seconds[yardstick], seconds[name]).value
    return Row(subject, name, speed.value, unit, speed.noise, ratio, note)
