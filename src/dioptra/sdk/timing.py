# SPDX-License-Identifier: Apache-2.0
"""Where the time of a run goes."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_RUN_START: ContextVar[float | None] = ContextVar("run_start", default=None)

# What durations() derives from the sections.
SUMS = ("total", "overhead")


class Stopwatch:
    """Adds up the time spent in named sections.

    The total counts from the start of the process where the run was started by a command, so that
    imports are part of it, and else from the making of the stopwatch.
    """

    def __init__(self) -> None:
        started = _RUN_START.get()
        self._start = time.time() if started is None else started
        self._sections: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Time a ``with`` block as part of a section.

        Args:
            name: The section's name.
        """
        start = time.perf_counter()
        try:
            yield
        finally:
            self._sections[name] += time.perf_counter() - start

    def add(self, durations: Mapping[str, float]) -> None:
        """Add the sections that a part of the run has timed on its own.

        Args:
            durations: What :meth:`durations` of its stopwatch gave.
        """
        for name, seconds in durations.items():
            if name not in SUMS:
                self._sections[name] += seconds

    def durations(self) -> dict[str, float]:
        """Give the seconds of every section, of the whole, and of what no section covers.

        Returns:
            Seconds by section, ``total``, and ``overhead``: the total less all sections.
        """
        total = time.time() - self._start
        overhead = total - sum(self._sections.values())
        return {**self._sections, "total": total, "overhead": overhead}


@contextmanager
def since_process_start() -> Iterator[None]:
    """Let stopwatches made in the ``with`` block count from the start of the process."""
    import psutil

    token = _RUN_START.set(psutil.Process().create_time())
    try:
        yield
    finally:
        _RUN_START.reset(token)
