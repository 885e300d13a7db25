# SPDX-License-Identifier: Apache-2.0
"""What a sweep measured, over the seeds of each combination of its other parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

SEED = "seed"
MEASURED = "accuracy"
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Summary:
    """The numbers of one combination.

    ``combination`` holds the values of the parameters that vary, in their order. ``deviation`` is
    the sample standard deviation, and ``margin`` half the width of the interval around ``mean``
    that holds the true mean with a confidence of 95 %, by Student's t distribution; both are None
    where ``n``, the number of points, is 1.
    """

    combination: tuple[object, ...]
    n: int
    mean: float
    deviation: float | None
    margin: float | None
    least: float
    greatest: float


def varying(table: "pd.DataFrame", parameters: Sequence[str]) -> list[str]:
    """Find the parameters that vary within a table, the seed aside.

    Args:
        table: The table of a sweep.
        parameters: Those of the sweep.

    Returns:
        Their names, in the order of the parameters.
    """
    if table.empty:
        return []
    # As text, since a value may be a list.
    return [name for name in parameters if name != SEED and len(set(map(str, table[name]))) > 1]


def summarise(table: "pd.DataFrame", parameters: Sequence[str], measured: str) -> list[Summary]:
    """Summarise a measured number over the seeds of each combination of the other parameters.

    Args:
        table: The table of a sweep.
        parameters: Those of the sweep.
        measured: The column of the number.

    Returns:
        A summary for each combination, in the order of the table.
    """
    groups: dict[tuple[str, ...], tuple[tuple[object, ...], list[float]]] = {}
    names = varying(table, parameters)
    for row in table.dropna(subset=[measured]).to_dict("records"):
        values = tuple(row[name] for name in names)
        groups.setdefault(tuple(map(str, values)), (values, []))[1].append(float(row[measured]))
    return [_summarise(values, numbers) for values, numbers in groups.values()]


def _summarise(values: tuple[object, ...], numbers: list[float]) -> Summary:
    mean, deviation, margin = mean_and_spread(numbers)
    return Summary(values, len(numbers), mean, deviation, margin, min(numbers), max(numbers))


def mean_and_spread(numbers: Sequence[float]) -> tuple[float, float | None, float | None]:
    """Compute the mean of numbers, how far they lie apart, and how well it is known.

    Student, "The probable error of a mean", Biometrika 6 (1908).

    Args:
        numbers: At least one.

    Returns:
        The mean; the sample standard deviation; and half the width of the 95 % interval of the
        mean, by Student's t distribution. The latter two are None for a single number.
    """
    from math import sqrt
    from statistics import mean, stdev

    from scipy.stats import t

    # Rounded once: fmean rounds the sum as well, which turns a tie the other way.
    middle, n = mean(numbers), len(numbers)
    if n == 1:
        return middle, None, None
    deviation = stdev(numbers)
    quantile = float(t.ppf((1 + CONFIDENCE) / 2, n - 1))
    return middle, deviation, quantile * deviation / sqrt(n)
