# SPDX-License-Identifier: Apache-2.0
"""A sweep on one worker and on two, and over 8 points and over 64."""

import os
import subprocess
import sys
import time
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from statistics import median
from tempfile import gettempdir

from benchmarks.children import finish, start_child
from benchmarks.measuring import compare, summarize, take_turns
from benchmarks.results import Outcome, Row
from benchmarks.workbench import EXAMPLE, ROOT, Workbench, make_subset

POINTS = 8
MANY = 64
ROUNDS = 2
# So few that many points take little time.
N_SMALL = 500
NUMBERS = count()
# Points make their images in the temporary folder and delete them. Before it makes a file, an ext4
# without a journal passes over all that were deleted in the minutes before: it would be timed.
MEMORY = Path("/dev/shm")  # noqa: S108 - files of tempfile go into it, which nobody can foresee


def run(bench: Workbench) -> Outcome:
    """Time the commands, and two plain processes side by side as the floor.

    Args:
        bench: The workbench.
    """
    _ = bench.model
    outcome = Outcome()
    sweeps = {f"{n} worker{'s'[: n > 1]}": partial(_sweep, bench.data, n) for n in (1, 2)}
    seconds = take_turns(sweeps, ROUNDS)
    plain = {
        "plainly, one process after the other": partial(_attack, bench, side_by_side=False),
        "plainly, two processes side by side": partial(_attack, bench, side_by_side=True),
    }
    floors = take_turns(plain, ROUNDS)
    for name, taken in (seconds | floors).items():
        whole = summarize(taken)
        outcome.rows.append(Row(f"fgm at {POINTS} points", name, whole.value, "s", whole.noise))
    one, two = seconds.values()
    after, beside = floors.values()
    outcome.add_bar(
        f"scale-out: {POINTS} points on two workers beside one",
        compare(two, one),
        0.6,
        at_least=False,
        floor=compare(beside, after).value,
        note="two plain processes beside one, which uses all cores already",
    )
    _add_cost_per_point(bench, outcome)
    return outcome


def _add_cost_per_point(bench: Workbench, outcome: Outcome) -> None:
    small = make_subset(bench.data / "testing", bench.work / "small", N_SMALL)
    costs: dict[int, list[float]] = {n: [] for n in (POINTS, MANY)}
    for _ in range(ROUNDS):
        for n, found in costs.items():
            found.append(_sweep(small, 1, n))
    for n, found in costs.items():
        whole = summarize(found)
        name = f"a sweep of {n} points"
        subject = f"cost of a point, {N_SMALL} images"
        outcome.rows.append(Row(subject, name, whole.value, "s a point", whole.noise))
    grown = compare(costs[MANY], costs[POINTS])
    name = f"scale-out: cost per point, {MANY} points beside {POINTS}"
    outcome.add_bar(name, grown, 1.1, at_least=False)


def _sweep(data: Path, workers: int, points: int = POINTS) -> float:
    """Run a sweep; give the cost of a point, from the times at which points are told of."""
    step = 0.3 / points
    command = [str(Path(sys.executable).with_name("dioptra")), "sweep", str(EXAMPLE), "fgm"]
    command += ["-P", f"data_dir={data}", "-P", "seed=1", "-P", f"eps={step}:0.3:{step}"]
    command += ["--workers", str(workers), "--name", f"bench-{next(NUMBERS)}"]
    environment = {**os.environ, "TMPDIR": str(MEMORY) if MEMORY.is_dir() else gettempdir()}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        lines = child.stdout or ()
        told = [time.perf_counter() for line in lines if f" of {points}: " in line]
    if child.returncode or len(told) != points:
        raise RuntimeError(f"the sweep ended with status {child.returncode} at {len(told)} points")
    # The median: now and then one of the points takes far longer.
    return median(after - before for before, after in pairwise(told))


def _attack(bench: Workbench, *, side_by_side: bool) -> None:
    targets = [str(bench.work / f"point_{next(NUMBERS)}") for _ in range(POINTS)]
    shares = [targets[::2], targets[1::2]] if side_by_side else [targets]
    given = {"data_dir": str(bench.data), "eps": 0.3}
    for child in [start_child("attack_plainly", targets=share, **given) for share in shares]:
        finish(child)
