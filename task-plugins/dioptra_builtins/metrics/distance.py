# SPDX-License-Identifier: Apache-2.0
"""How far apart the samples of two batches are.

A batch is an array [n, ...] of any real dtype, or n scalars [n]. Whatever the dtype, distances are
computed in float64, and in units of the values given: pixels in [0, 1] and in [0, 255] give
distances 255 times apart.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra.sdk.exceptions import NonFiniteError
from dioptra.sdk.utilities.contexts import plugin_dirs
from dioptra_builtins.metrics import _pairs
from dioptra_builtins.metrics._requests import resolve_request
from dioptra_builtins.metrics._rows import measure_rows
from dioptra_builtins.metrics._statistics import summarize
from dioptra_builtins.metrics.exceptions import (
    MetricInputError,
    MetricRequestError,
    UnknownDistanceMetricError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    DistanceMetric = Callable[[ArrayLike, ArrayLike], NDArray[np.float64]]
    Measure = Callable[[_pairs.Pairs], NDArray[np.float64]]

# Columns of a table of distances that are no metric.
TABLE_COLUMNS = ("image", "label")


class DistanceMetrics(list["tuple[str, DistanceMetric]"]):
    """Names and functions of distance metrics, which are measured together."""

    def measure(self, y_true: "ArrayLike", y_pred: "ArrayLike") -> "dict[str, NDArray[np.float64]]":
        """Measure each pair of samples by all metrics.

        The distances are those of the functions called one by one, in less time: those of this
        module share what they compute of a pair.

        Args:
            y_true: A batch [n, ...] of any real dtype.
            y_pred: A batch of the same shape.

        Returns:
            The distances by name, float64 [n] each.

        Raises:
            MetricInputError: The shapes differ, or the values are not real numbers.
        """
        measures = [_find_measure(metric) for _, metric in self]
        shared = list(dict.fromkeys(measure for measure in measures if measure))
        rows = measure_rows(shared, y_true, y_pred) if shared else []
        measured = dict(zip(shared, rows, strict=True))
        return {
            # Two names of one measure get an array each.
            name: measured[measure].copy() if measure else metric(y_true, y_pred)
            for (name, metric), measure in zip(self, measures, strict=True)
        }


@pyplugs.register
def get_distance_metric_list(
    request: Iterable[Mapping[str, str]], pixel_interval: tuple[float, float] = (0.0, 1.0)
) -> DistanceMetrics:
    """Look up the distance metrics of a request.

    Args:
        request: Entries such as ``{"name": "l2", "func": "l_2_norm"}``; ``name`` is the column in
            the table of distances, ``func`` one of the functions of this module, or one of your
            own, see :func:`get_distance_metric`.
        pixel_interval: The pixels of the images that will be measured; distances are those of
            images whose pixels go from 0 to 1 instead, that is, in shares of this interval.

    Returns:
        Names and functions, in the order of the request and as many; their method ``measure``
        computes all of them in one pass.

    Raises:
        MetricRequestError: An entry is malformed, a name occurs twice, or is ``image`` or
            ``label``, which are columns of their own.
        UnknownDistanceMetricError: There is no such ``func``.
    """
    metrics = DistanceMetrics(resolve_request(request, get_distance_metric))
    for name, _ in metrics:
        if name in TABLE_COLUMNS:
            raise MetricRequestError(
                f"a distance metric cannot be named {name!r}: the table of distances has a column "
                "of that name already; choose another"
            )
    if pixel_interval == (0.0, 1.0):
        return metrics
    return DistanceMetrics((name, _in_shares(metric, pixel_interval)) for name, metric in metrics)


def _in_shares(metric: "DistanceMetric", pixel_interval: tuple[float, float]) -> "DistanceMetric":
    import numpy as np

    low, high = pixel_interval

    def measure(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
        true, pred = ((np.asarray(y, np.float64) - low) / (high - low) for y in (y_true, y_pred))
        return metric(true, pred)

    return measure


@pyplugs.register
def get_distance_metric(func: str) -> "DistanceMetric":
    """Look up one distance metric.

    Args:
        func: The name of a function of this module; or that of a registered function of one's own,
            as ``package.plugin.function``, which takes two batches, float [n, ...], and gives [n].

    Returns:
        The function, from two batches [n, ...] to float64 [n].

    Raises:
        UnknownDistanceMetricError: This module has no such function.
        UnknownPackageError: There is no such package of one's own.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
    """
    if func in METRICS:
        return METRICS[func]
    package, _, rest = func.rpartition(".")
    package, _, plugin = package.rpartition(".")
    if not package:
        raise UnknownDistanceMetricError(func, METRICS)
    with plugin_dirs():
        return _checking(func, pyplugs.get(package, plugin, rest))


def _checking(name: str, metric: "Callable[..., Any]") -> "DistanceMetric":
    import numpy as np

    def measure(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
        found = np.asarray(metric(y_true, y_pred))
        if found.shape != np.shape(y_true)[:1] or found.dtype.kind not in "fiub":
            raise MetricInputError(
                f"{name} gives {found.dtype} {list(found.shape)} for {len(np.asarray(y_true))} "
                "pairs of images; let it give one number for each"
            )
        values: NDArray[np.float64] = found.astype(np.float64)
        if not np.isfinite(values).all():
            raise NonFiniteError(f"{name} gives a number that is NaN or infinite")
        return values

    return measure


@pyplugs.register(requires=("pandas",))
def summarize_distances(data_frame: "pd.DataFrame") -> dict[str, float]:
    """Summarize each metric of a table of distances.

    Args:
        data_frame: One row for each image: ``image``, ``label`` and one column for each metric.

    Returns:
        ``<metric>_mean``, ``_median``, ``_stdev`` (of a sample, with n - 1; 0 for a single row),
        ``_iqr`` (third less first quartile, interpolated linearly), ``_min`` and ``_max`` of each
        metric. A NaN among the distances makes all of them NaN.

    Raises:
        MetricInputError: The table has no rows.
    """
    if not len(data_frame):
        raise MetricInputError(
            f"a table of distances without rows cannot be summarized; columns: "
            f"{', '.join(map(str, data_frame.columns)) or 'none'}"
        )
    return {
        f"{metric}_{statistic}": value
        for metric in data_frame.columns.drop(list(TABLE_COLUMNS), errors="ignore")
        for statistic, value in summarize(data_frame[metric].to_numpy(dtype="float64")).items()
    }


@pyplugs.register
def l_inf_norm(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
    """Compute the largest absolute difference of each pair of samples.

    Args:
        y_true: A batch [n, ...] of any real dtype.
        y_pred: A batch of the same shape.

    Returns:
        float64 [n], at least 0.

    Raises:
        MetricInputError: The shapes differ, or the values are not real numbers.
    """
    return measure_rows([_pairs.l_inf], y_true, y_pred)[0]


@pyplugs.register
def l_1_norm(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
    """Compute the sum of the absolute differences of each pair of samples.

    Args:
        y_true: A batch [n, ...] of any real dtype.
        y_pred: A batch of the same shape.

    Returns:
        float64 [n], at least 0.

    Raises:
        MetricInputError: The shapes differ, or the values are not real numbers.
    """
    return measure_rows([_pairs.l_1], y_true, y_pred)[0]


@pyplugs.register
def l_2_norm(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
    """Compute the root of the sum of the squared differences of each pair of samples.

    Args:
        y_true: A batch [n, ...] of any real dtype.
        y_pred: A batch of the same shape.

    Returns:
        float64 [n], at least 0.

    Raises:
        MetricInputError: The shapes differ, or the values are not real numbers.
    """
    return measure_rows([_pairs.l_2], y_true, y_pred)[0]


@pyplugs.register
def paired_cosine_similarities(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
    """Compute the cosine of the angle between each pair of samples.

    An all-zero sample (or one so small, below some 1e-160, that its squares vanish) has no
    direction: two of them count as equal, 1.0, and one beside any other sample as unrelated, 0.0.

    Args:
        y_true: A batch [n, ...] of any real dtype.
        y_pred: A batch of the same shape.

    Returns:
        float64 [n] in [-1, 1].

    Raises:
        MetricInputError: The shapes differ, or the values are not real numbers.
    """
    return measure_rows([_pairs.cosine], y_true, y_pred)[0]


@pyplugs.register
def paired_euclidean_distances(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
    """Compute the Euclidean distance of each pair of samples; the same as ``l_2_norm``.

    Args:
        y_true: A batch [n, ...] of any real dtype.
        y_pred: A batch of the same shape.

    Returns:
        float64 [n], at least 0.

    Raises:
        MetricInputError: The shapes differ, or the values are not real numbers.
    """
    return l_2_norm(y_true, y_pred)


@pyplugs.register
def paired_manhattan_distances(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
    """Compute the Manhattan distance of each pair of samples; the same as ``l_1_norm``.

    Args:
        y_true: A batch [n, ...] of any real dtype.
        y_pred: A batch of the same shape.

    Returns:
        float64 [n], at least 0.

    Raises:
        MetricInputError: The shapes differ, or the values are not real numbers.
    """
    return l_1_norm(y_true, y_pred)


@pyplugs.register
def paired_wasserstein_distances(y_true: "ArrayLike", y_pred: "ArrayLike") -> "NDArray[np.float64]":
    """Compute the Wasserstein distance between the pixel values of each pair of samples.

    It is the first Wasserstein distance between the values as one-dimensional distributions, so
    where a value stands in its sample does not matter. Samples of one size have it as the mean
    absolute difference of their sorted values: Ramdas, Garcia Trillos and Cuturi, "On Wasserstein
    two-sample testing and related families of nonparametric tests", Entropy 19(2), 2017
    (https://arxiv.org/abs/1509.02237).

    Args:
        y_true: A batch [n, ...] of any real dtype.
        y_pred: A batch of the same shape.

    Returns:
        float64 [n], at least 0.

    Raises:
        MetricInputError: The shapes differ, or the values are not real numbers.
    """
    return measure_rows([_pairs.wasserstein], y_true, y_pred)[0]


# Each metric, and what it computes of a block of pairs.
MEASURES: "tuple[tuple[DistanceMetric, Measure], ...]" = (
    (l_inf_norm, _pairs.l_inf),
    (l_1_norm, _pairs.l_1),
    (l_2_norm, _pairs.l_2),
    (paired_cosine_similarities, _pairs.cosine),
    (paired_euclidean_distances, _pairs.l_2),
    (paired_manhattan_distances, _pairs.l_1),
    (paired_wasserstein_distances, _pairs.wasserstein),
)
METRICS = {metric.__name__: metric for metric, _ in MEASURES}


def _find_measure(metric: "DistanceMetric") -> "Measure | None":
    # By identity: a metric of one's own may be any callable, and need not have a hash.
    return next((measure for known, measure in MEASURES if known is metric), None)
