# SPDX-License-Identifier: Apache-2.0
"""The mean distances between clean and adversarial images."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dioptra.report.study import AttackStudy

SUFFIX = "_mean"


@dataclass(frozen=True)
class Distances:
    """Means by attacked model and eps; a row has None where a metric was not taken."""

    metrics: list[str]
    rows: list[tuple[str, float, list[float | None]]]


def mean_distances(study: "AttackStudy") -> Distances:
    """Collect the mean of each metric, such as ``l_2_norm_mean``, of each stored set.

    Args:
        study: What was measured with one attack.

    Returns:
        Metrics by name; rows by attacked model and eps. No rows where nothing was measured.
    """
    sets: dict[tuple[str, float], dict[str, float]] = {}
    # The attack itself measures them, so its own values go before those of a transfer.
    for entry in sorted(study.entries, key=lambda entry: entry.attacked == entry.evaluated):
        means = {k: v for k, v in (entry.distances or {}).items() if k.endswith(SUFFIX)}
        if means:
            sets.setdefault((entry.attacked, entry.eps), {}).update(means)
    keys = sorted(set().union(*sets.values()))
    rows = [(*which, [sets[which].get(key) for key in keys]) for which in sorted(sets)]
    return Distances([key.removesuffix(SUFFIX) for key in keys], rows)
