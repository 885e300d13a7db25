# SPDX-License-Identifier: Apache-2.0
"""What a sweep measured, over the seeds of each combination of its other parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import CountsError
from dioptra.sdk.intervals import CONFIDENCE, Interval, count_correct, wilson_interval

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[Any, Any]

SEED = "seed"
MEASURED = "accuracy"
# The columns that hold the number of images of an accuracy. Others, such as that of the images held
# out of the training, have an unknown one.
COUNTS = {"accuracy": "n", "transfer_accuracy": "n", "clean_accuracy": "n_test"}


@dataclass(frozen=True)
class Summary:
    """The numbers of one combination.

    ``combination`` holds the values of the parameters that vary, in their order. ``deviation`` is
    the sample standard deviation, and ``margin`` half the width of the interval around ``mean``
    that holds the true mean with a confidence of 95 %, by Student's t distribution; both are None
    where ``n``, the number of points, is 1. ``margin`` is None as well where all points gave the
    same, as the distribution then says nothing.

    ``interval`` is Wilson's 95 % interval of an accuracy over ``images``, the number of images of
    each point; both are None where the number is not known.
    """

    combination: tuple[object, ...]
    n: int
    mean: float
    deviation: float | None
    margin: float | None
    least: float
    greatest: float
    images: int | None = None
    interval: Interval | None = None


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
    groups: dict[tuple[str, ...], tuple[tuple[object, ...], list[Row]]] = {}
    names = varying(table, parameters)
    for row in table.dropna(subset=[measured]).to_dict("records"):
        values = tuple(row[name] for name in names)
        groups.setdefault(tuple(map(str, values)), (values, []))[1].append(row)
    return [_summarise(values, rows, measured) for values, rows in groups.values()]


def _summarise(values: tuple[object, ...], rows: list[Row], measured: str) -> Summary:
    numbers = [float(row[measured]) for row in rows]
    mean, deviation, margin = mean_and_spread(numbers)
    images = count_images(rows, measured)
    return Summary(
        combination=values,
        n=len(numbers),
        mean=mean,
        deviation=deviation,
        margin=margin if deviation else None,
        least=min(numbers),
        greatest=max(numbers),
        images=images,
        interval=wilson_interval(mean * images, images) if images else None,
    )


def count_images(rows: Sequence[Row], measured: str) -> int | None:
    """Find the number of images that an accuracy was measured on.

    Args:
        rows: Rows of the table of a sweep.
        measured: The column of the accuracy.

    Returns:
        The number, the same for all rows; None where they name none or different ones, or where an
        accuracy is no share of so many images, so that what is named must be something else.
    """
    n: Any
    n, *others = (row.get(COUNTS.get(measured, "")) for row in rows)
    values = [row[measured] for row in rows]
    if any(other != n for other in others) or not all(map(_is_number, (n, *values))) or n % 1:
        return None
    images = int(n)
    try:
        for value in values:
            count_correct(value, images)
    except CountsError:
        return None
    return images


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def mean_and_spread(numbers: Sequence[float]) -> tuple[float, float | None, float | None]:
    """Compute the mean of numbers, how far they lie apart, and how well it is known.

    Student, "The probable error of a mean", Biometrika 6 (1908).

    Args:
        numbers: At least one.

    Returns:
        The mean; the sample standard deviation; and half the width of the 95 % interval of the
        mean, by Student's t distribution. The latter two are None for a single number.
    """
    from statistics import mean, stdev

    from scipy.stats import t

    # Rounded once: fmean rounds the sum as well, which turns a tie the other way.
    middle, n = mean(numbers), len(numbers)
    if n == 1:
        return middle, None, None
    deviation = stdev(numbers)
    quantile = float(t.ppf((1 + CONFIDENCE) / 2, n - 1))
    return middle, deviation, quantile * deviation / sqrt(n)
