# SPDX-License-Identifier: Apache-2.0
"""Whether what was stored is what should have been attacked."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dioptra.report.text import percent

if TYPE_CHECKING:
    from dioptra.report.schema import Results
    from dioptra.report.study import AttackStudy

# Pixels are float32 in the attack, so eps itself is only known to about this much.
TOLERANCE = 1e-6
# The usual cause of more is a saturated softmax, whose gradients vanish.
UNCHANGED_LIMIT = 0.01
# How far the accuracy on the stored images may be from that on the attacked ones.
STORAGE_LIMIT = 0.01
NORMAL_95 = 1.96


@dataclass(frozen=True)
class StoredSet:
    """One stored set of adversarial images, and what a reader should know about it."""

    attacked: str
    eps: float
    n: int
    linf_max: float
    unchanged_share: float
    remarks: tuple[str, ...]


def stored_sets(study: "AttackStudy", n_test: int) -> list[StoredSet]:
    """List the stored sets of a study; one that was evaluated by several models once.

    Args:
        study: What was measured with one attack.
        n_test: Number of images of the whole test set.

    Returns:
        Sets by attacked model and eps. Measurements that contradict each other stay apart.
    """
    measured = {
        (entry.attacked, entry.eps, entry.n, entry.linf_max, entry.unchanged_share)
        for entry in study.entries
    }
    undone = {
        (entry.attacked, entry.eps): f"accuracy {percent(entry.accuracy_in_memory)} in memory"
        for entry in study.entries
        if entry.accuracy_in_memory is not None
        and abs(entry.accuracy_in_memory - entry.accuracy) > STORAGE_LIMIT
    }
    return [
        StoredSet(
            *key,
            (
                *_remarks(*key[1:], study.norm, n_test),
                *filter(None, [undone.get((key[0], key[1]))]),
            ),
        )
        for key in sorted(measured)
    ]


def _remarks(
    eps: float, n: int, linf_max: float, unchanged_share: float, norm: str, n_test: int
) -> tuple[str, ...]:
    found = {
        f"{n:,} of {n_test:,} test images": n != n_test,
        "beyond eps": norm == "inf" and linf_max > eps + TOLERANCE,
        "many images unchanged": unchanged_share > UNCHANGED_LIMIT,
    }
    return tuple(remark for remark, holds in found.items() if holds)


def sampling_error(results: "Results") -> float:
    """Bound what the choice of test images alone does to an accuracy, at 95 % confidence.

    It is the half width of the normal approximation's interval at an accuracy of one half, where
    it is widest.

    Args:
        results: Checked results.

    Returns:
        A share, for the smallest number of images that an accuracy stands on.
    """
    smallest = min(results.n_test, *(entry.n for entry in results.attacks))
    return NORMAL_95 * math.sqrt(0.25 / smallest)
