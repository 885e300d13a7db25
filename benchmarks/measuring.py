# SPDX-License-Identifier: Apache-2.0
"""Timing contenders in turns, and what the rounds say.

A machine that other work slows down slows down all of a round alike, so contenders take turns and
ratios are formed within a round. That is why no library of benchmarks is used: those looked at time
one contender to its end and then the next.
"""

import gc
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import psutil


@dataclass(frozen=True)
class Measurement:
    """What several rounds say together.

    Attributes:
        value: The median of the rounds.
        noise: Half the distance from the smallest to the largest of them.
    """

    value: float
    noise: float


def take_turns(
    contenders: Mapping[str, Callable[[], object]],
    rounds: int,
    shortest: float = 0.0,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Time every contender in each round; each round starts with another one.

    Args:
        contenders: What to time, by name.
        rounds: The number of rounds, at least 1.
        shortest: The seconds that a turn takes at least: what ends sooner is called again.
        clock: Gives the time in seconds.

    Returns:
        Seconds of a call by name, one number for each round.
    """
    names = list(contenders)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    # What the libraries have made is looked through once, and not before each turn.
    gc.collect()
    gc.freeze()
    try:
        for number in range(rounds):
            start = number % max(1, len(names))
            for name in names[start:] + names[:start]:
                gc.collect()
                seconds[name].append(_time_calls(contenders[name], shortest, clock))
    finally:
        gc.unfreeze()
    return seconds


def _time_calls(call: Callable[[], object], shortest: float, clock: Callable[[], float]) -> float:
    calls, begin = 0, clock()
    while True:
        call()
        calls += 1
        taken = clock() - begin
        if taken >= shortest:
            return taken / calls


def summarize(values: Sequence[float]) -> Measurement:
    """Sum up the values of the rounds.

    Args:
        values: One for each round, at least one.
    """
    return Measurement(median(values), (max(values) - min(values)) / 2)


def compare(numerators: Sequence[float], denominators: Sequence[float]) -> Measurement:
    """Sum up the ratios of two contenders, each formed within a round.

    Args:
        numerators: One value for each round.
        denominators: As many.
    """
    return summarize([a / b for a, b in zip(numerators, denominators, strict=True)])


class OtherWork:
    """The share of this machine's cores that other work takes from now on."""

    def __init__(self) -> None:
        self._start = _read_seconds()

    def share(self) -> float:
        """Measure it so far.

        Returns:
            In [0, 1]: what was busy, or taken by other guests of the host, and was neither this
            process nor a child of it that has ended.
        """
        whole, busy, own = (
            now - before for now, before in zip(_read_seconds(), self._start, strict=True)
        )
        return max(0.0, busy - own) / whole if whole else 0.0


def _read_seconds() -> tuple[float, float, float]:
    times = psutil.cpu_times()._asdict()
    # On Linux, that of guests is in user and nice as well.
    whole = sum(seconds for name, seconds in times.items() if not name.startswith("guest"))
    idle = times["idle"] + times.get("iowait", 0.0)
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return whole, whole - idle, sum(usage.ru_utime + usage.ru_stime for usage in usages)
