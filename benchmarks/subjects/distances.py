# SPDX-License-Identifier: Apache-2.0
"""The seven distances of each pair of clean and attacked images."""

from collections.abc import Callable
from typing import Any

from benchmarks.classic import measure_pairs
from benchmarks.contenders import Contender, hold_contest
from benchmarks.measuring import compare
from benchmarks.results import Outcome
from benchmarks.workbench import SEED, Workbench

SUITE = "the suite"
CLASSIC = "NumPy, scikit-learn, and SciPy pair by pair"
ROUNDING = 1e-6


def run(bench: Workbench) -> Outcome:
    """Time the distances of all test images to noisy copies.

    Args:
        bench: The workbench.
    """
    pairs = make_pairs(bench)
    expected = measure_pairs(*pairs)
    contest = hold_contest(
        "distances",
        [Contender(SUITE, make_suite), Contender(CLASSIC, make_classic)],
        pairs,
        lambda found: describe(found, expected),
        len(pairs[0]),
        "pairs/s",
        CLASSIC,
        bench.rounds,
    )
    outcome = Outcome(contest.rows)
    faster = compare(contest.seconds[CLASSIC], contest.seconds[SUITE])
    outcome.add_bar("distances: times as fast as per-row SciPy", faster, 25.0)
    return outcome


def make_pairs(bench: Workbench) -> tuple[Any, Any]:
    """Make pairs of images that differ by up to 0.3.

    Args:
        bench: The workbench.

    Returns:
        Two batches, float32 [n, 28, 28, 1] in [0, 1].
    """
    import numpy as np

    rng = np.random.default_rng(SEED)
    clean = bench.images[:: 2 if bench.quick else 1].astype(np.float32) / 255
    noise = rng.uniform(-0.3, 0.3, clean.shape).astype(np.float32)
    return clean, np.clip(clean + noise, 0, 1)


def make_suite(pairs: tuple[Any, Any]) -> Callable[[], Any]:
    """Measure by the suite, as its attacks do.

    Args:
        pairs: The two batches.
    """
    from dioptra_builtins.metrics.distance import METRICS, DistanceMetrics

    return lambda: DistanceMetrics(METRICS.items()).measure(*pairs)


def make_classic(pairs: tuple[Any, Any]) -> Callable[[], Any]:
    """Measure as the classic algorithm does.

    Args:
        pairs: The two batches.
    """
    return lambda: measure_pairs(*pairs)


def describe(found: Any, expected: Any) -> str:
    """Compare distances.

    Args:
        found: Distances by name, float64 [n] each.
        expected: Those of the yardstick.

    Returns:
        The largest difference.

    Raises:
        ValueError: It is larger than rounding makes it.
    """
    import numpy as np

    if set(found) != set(expected):
        raise ValueError(f"the distances are {sorted(found)} and not {sorted(expected)}")
    scaled = {
        name: np.abs(found[name] - expected[name]).max() / max(1.0, np.abs(expected[name]).max())
        for name in expected
    }
    name = max(scaled, key=scaled.__getitem__)
    if scaled[name] > ROUNDING:
        raise ValueError(f"{name} differs from the yardstick's by {scaled[name]:.2g}")
    return f"equal to {max(scaled.values()):.0e}"
