# SPDX-License-Identifier: Apache-2.0
"""What is computed of a block of pairs of samples, float64 [k, m] each, which are overwritten.

Products are summed by NumPy, whose order of summation is the same on every machine; that of BLAS
(``np.vecdot``) is its own choice, and with it the last bits of a distance.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float64]


def l_inf(a: "Rows", b: "Rows") -> "Rows":
    """Take the largest absolute difference of each pair."""
    largest: Rows = _absolute_differences(a, b).max(axis=1)
    return largest


def l_1(a: "Rows", b: "Rows") -> "Rows":
    """Add up the absolute differences of each pair."""
    sums: Rows = _absolute_differences(a, b).sum(axis=1)
    return sums


def l_2(a: "Rows", b: "Rows") -> "Rows":
    """Take the Euclidean length of each difference."""
    a -= b
    return _lengths(a)


def cosine(a: "Rows", b: "Rows") -> "Rows":
    """Take the cosine of the angle between each pair; of two zero rows 1, of one 0."""
    import numpy as np

    dot = (a * b).sum(axis=1)
    length_a, length_b = _lengths(a), _lengths(b)
    product = length_a * length_b
    dot = np.where((length_a == 0) & (length_b == 0), 1.0, dot)
    # Rounding can carry the cosine of parallel rows past 1.
    return np.clip(dot / np.where(product == 0, 1.0, product), -1.0, 1.0)


def wasserstein(a: "Rows", b: "Rows") -> "Rows":
    """Take the mean absolute difference of each pair, whose values are in ascending order."""
    means: Rows = _absolute_differences(a, b).mean(axis=1)
    return means


def _absolute_differences(a: "Rows", b: "Rows") -> "Rows":
    import numpy as np

    a -= b
    return np.abs(a, out=a)


def _lengths(rows: "Rows") -> "Rows":
    import numpy as np

    rows *= rows
    lengths: Rows = np.sqrt(rows.sum(axis=1))
    return lengths
