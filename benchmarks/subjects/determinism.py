# SPDX-License-Identifier: Apache-2.0
"""Which settings make two trainings equal, and what they cost."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.children import ask
from benchmarks.measuring import compare, summarize
from benchmarks.results import Outcome, Row
from benchmarks.workbench import Workbench

ROUNDS = 3
N_IMAGES = 6_400
YARDSTICK = "seed only"
# Cores, threads within an operation, and deterministic operations.
SETTINGS: dict[str, tuple[int, int | None, bool]] = {
    YARDSTICK: (2, None, False),
    "seed only, one core": (1, None, False),
    "4 threads": (2, 4, False),
    "4 threads, one core": (1, 4, False),
    "4 threads, deterministic operations": (2, 4, True),
    "4 threads, deterministic operations, one core": (1, 4, True),
}


def run(bench: Workbench) -> Outcome:
    """Train one epoch over 6,400 images under each of the settings, several times.

    Args:
        bench: The workbench.
    """
    rounds = [
        {name: _train(bench, *settings) for name, settings in SETTINGS.items()}
        for _ in range(ROUNDS)
    ]
    weights = {name: [done[name]["weights"] for done in rounds] for name in SETTINGS}
    seconds = {name: [done[name]["work_s"] for done in rounds] for name in SETTINGS}
    rows = []
    for name, times in seconds.items():
        took, ratio = summarize(times), compare(seconds[YARDSTICK], times)
        note = describe(name, weights)
        rows.append(Row("training, repeated", name, took.value, "s", took.noise, ratio.value, note))
    return Outcome(rows)


def _train(bench: Workbench, cores: int, threads: int | None, determinism: bool) -> dict[str, Any]:
    return ask(
        "train",
        data_dir=str(bench.data / "training"),
        count=N_IMAGES,
        cores=cores,
        threads=threads,
        determinism=determinism,
    )


def describe(name: str, weights: Mapping[str, Sequence[str]]) -> str:
    """Say whether the trainings of one setting agree, and with which setting before it.

    Args:
        name: The setting.
        weights: The hashes of the weights of all trainings, by setting, in the order of the rows.
    """
    distinct = set(weights[name])
    if len(distinct) > 1:
        return f"{len(distinct)} different weights in {len(weights[name])} trainings"
    first = next(other for other, found in weights.items() if set(found) == distinct)
    return "the same weights each time" if first == name else f"the same weights as: {first}"
