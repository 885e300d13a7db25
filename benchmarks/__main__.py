# SPDX-License-Identifier: Apache-2.0
"""``python -m benchmarks``: time everything, and say which bars hold."""

import argparse
import importlib
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.measuring import OtherWork
from benchmarks.results import Bar, Outcome, update_results
from benchmarks.table import format_bar, print_tables
from benchmarks.workbench import Workbench, open_workbench

# In this order; those of the first line make up the quick mode.
QUICK = ("fgm", "reading", "distances", "entry_point", "registry")
FULL = (
    *QUICK,
    "memory",
    "orchestration",
    "scale_out",
    "writing",
    "training",
    "determinism",
    "startup",
)
# The share of the cores above which other work explains a missed bar of the quick mode: the suite
# runs on all of them, and its yardsticks mostly on one.
BUSY = 0.1
# What two rounds say of their noise is little. On quiet machines of two kinds, a ratio was 3.4 and
# 2.7; the bars are those of the full mode, and the quick one is there for what is broken.
QUICK_NOISE = 0.15
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    """Time the subjects that were asked for; end with status 1 where a bar is missed for sure."""
    options = _parse()
    names = options.only or (QUICK if options.quick else FULL)
    path = options.results or (None if options.quick else RESULTS)
    whole, other_work = Outcome(), OtherWork()
    # Deleted at the end as a whole: new files are slow for a while after a deletion.
    with tempfile.TemporaryDirectory(prefix="dioptra-bench-") as work:
        bench = open_workbench(Path(work).resolve(), options.rounds, quick=options.quick)
        for name in names:
            start = time.perf_counter()
            outcome = _time(name, bench)
            seconds = time.perf_counter() - start
            print(f"{name}: {seconds:.0f} s", file=sys.stderr, flush=True)
            whole.extend(outcome)
            if path is not None:
                mode = "quick" if options.quick else "full"
                update_results(path, name, outcome, mode, seconds)
    # Cells of a width of their own, also where no terminal gives one.
    print_tables(whole, Console(width=None if sys.stdout.isatty() else 160))
    missed = [bar for bar in whole.bars if bar.is_missed]
    for bar in missed:
        print("missed by more than the noise:", *format_bar(bar), file=sys.stderr)
    share = other_work.share()
    print(f"other work took {share:.0%} of the cores meanwhile", file=sys.stderr)
    if missed and options.quick and share > BUSY:
        print("that is no verdict: time again on a quiet machine", file=sys.stderr)
        missed = []
    sys.exit(1 if missed else 0)


def _time(name: str, bench: Workbench) -> Outcome:
    subject = importlib.import_module(f"benchmarks.subjects.{name}")
    outcome: Outcome = _run(subject, bench)
    if not bench.quick or not any(bar.is_missed for bar in outcome.bars):
        return outcome
    # Two rounds may both fall into a moment in which the machine is busy.
    print(f"{name}: a bar is missed; timed once more", file=sys.stderr, flush=True)
    again = _run(subject, bench)
    pairs = zip(outcome.bars, again.bars, strict=True)
    return Outcome(again.rows, [new if old.is_missed else old for old, new in pairs])


def _run(subject: Any, bench: Workbench) -> Outcome:
    outcome: Outcome = subject.run(bench)
    if not bench.quick:
        return outcome
    return Outcome(outcome.rows, [_widen(bar) for bar in outcome.bars])


def _widen(bar: Bar) -> Bar:
    return replace(bar, noise=max(bar.noise, QUICK_NOISE * (bar.value or 0)))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="takes less of everything, and keeps no results",
    )
    parser.add_argument(
        "--only", action="append", choices=FULL, help="time this subject; may be repeated"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of a contest (default: 3)")
    parser.add_argument("--results", type=Path, help=f"the file to update (default: {RESULTS})")
    return parser.parse_args()


if __name__ == "__main__":
    main()
