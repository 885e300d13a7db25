# SPDX-License-Identifier: Apache-2.0
"""Which settings make two trainings equal, and what they cost."""

from typing import Any

from benchmarks.children import ask
from benchmarks.results import Outcome, Row
from benchmarks.workbench import Workbench

N_IMAGES = 6_400
# Cores, threads within an operation, and deterministic operations.
SETTINGS: dict[str, tuple[int, int | None, bool]] = {
    "seed only": (2, None, False),
    "seed only, again": (2, None, False),
    "seed only, one core": (1, None, False),
    "4 threads": (2, 4, False),
    "4 threads, one core": (1, 4, False),
    "4 threads, deterministic operations": (2, 4, True),
    "4 threads, deterministic operations, one core": (1, 4, True),
}


def run(bench: Workbench) -> Outcome:
    """Train one epoch over 6,400 images under each of the settings.

    Args:
        bench: The workbench.
    """
    folder = str(bench.data / "training")
    found = {
        name: ask(
            "train",
            data_dir=folder,
            count=N_IMAGES,
            cores=cores,
            threads=threads,
            determinism=determinism,
        )
        for name, (cores, threads, determinism) in SETTINGS.items()
    }
    return Outcome(
        [
            Row("training, repeated", name, done["work_s"], "s", note=describe(name, found))
            for name, done in found.items()
        ]
    )


def describe(name: str, found: dict[str, dict[str, Any]]) -> str:
    """Say with which earlier training the weights of one agree.

    Args:
        name: The training.
        found: What each training gave, in the order of the runs.

    Returns:
        ``"weights as"`` and the name of the first with the same weights, or ``"new weights"``.
    """
    weights = found[name]["weights"]
    first = next(other for other, done in found.items() if done["weights"] == weights)
    return "new weights" if first == name else f"weights as: {first}"
