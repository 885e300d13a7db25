# SPDX-License-Identifier: Apache-2.0
"""A list of numbers in six."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def summarize(values: "NDArray[np.float64]") -> dict[str, float]:
    """Compute what is logged of each metric.

    Args:
        values: float64 [n], n at least 1.

    Returns:
        ``mean``, ``median``, ``stdev`` (of a sample, with n - 1; 0 where n is 1), ``iqr`` (third
        less first quartile, interpolated linearly), ``min`` and ``max``.
    """
    import numpy as np

    first, median, third = np.percentile(values, (25, 50, 75))
    return {
        "mean": float(values.mean()),
        "median": float(median),
        "stdev": float(values.std(ddof=1)) if len(values) > 1 else 0.0,
        "iqr": float(third - first),
        "min": float(values.min()),
        "max": float(values.max()),
    }
