# SPDX-License-Identifier: Apache-2.0
"""What is computed of a block of pairs of samples.

Products are summed by NumPy, whose order of summation is the same on every machine; that of BLAS
(``np.vecdot``) is its own choice, and with it the last bits of a distance.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import DTypeLike, NDArray

    Rows = NDArray[np.float64]
    Values = NDArray[Any]


class Memory:
    """What a thread computes in, block after block.

    Fresh memory for every block can cost more than the arithmetic, as the system hands it out page
    by page. What is never written to costs nothing.

    Args:
        shape: Rows of the largest block, and values in a row.
        dtype: The common dtype of both batches.
    """

    def __init__(self, shape: tuple[int, int], dtype: "DTypeLike") -> None:
        import numpy as np

        self.gaps = np.empty(shape, np.float64)
        self.wide = np.empty(shape, np.float64)
        # float32 holds bytes as they are, and NumPy sorts it faster than bytes or float64.
        self.narrow = np.empty(shape, np.result_type(dtype, np.float32))


class Pairs:
    """A block of pairs, and what several metrics take from it.

    Args:
        true: [k, m] of any real dtype, which is left as it is.
        pred: The same shape.
        memory: The memory to compute in, of at least k rows.
    """

    def __init__(self, true: "Values", pred: "Values", memory: Memory) -> None:
        self.true = true
        self.pred = pred
        self._memory = memory
        self._gaps: Rows | None = None

    @property
    def gaps(self) -> "Rows":
        """The absolute differences, float64 [k, m], not to be overwritten; computed once."""
        # Not a cached_property: up to Python 3.11, all of a class compute under one lock.
        if self._gaps is None:
            gaps = self._memory.gaps[: len(self.true)]
            gaps[:] = self.true
            self._gaps = _subtract(gaps, self.pred)
        return self._gaps

    def order_gaps(self) -> "Rows":
        """Order the values of each sample, and take the absolute differences.

        Returns:
            float64 [k, m]; the next products are computed in the same place.
        """
        narrow = self._memory.narrow[: len(self.true)]
        gaps = self._memory.wide[: len(self.true)]
        narrow[:] = self.true
        narrow.sort(axis=1)
        gaps[:] = narrow
        narrow[:] = self.pred
        narrow.sort(axis=1)
        return _subtract(gaps, narrow)

    def add_products(self, a: "Values", b: "Values") -> "Rows":
        """Add up the products of each row, [k, m] of any real dtype; float64 [k]."""
        import numpy as np

        products = self._memory.wide[: len(a)]
        products[:] = a
        # In place, where it is one array, is twice as fast as a conversion on the way.
        np.multiply(products, products if a is b else b, out=products, dtype=np.float64)
        sums: Rows = products.sum(axis=1)
        return sums


def l_inf(pairs: Pairs) -> "Rows":
    """Take the largest absolute difference of each pair."""
    largest: Rows = pairs.gaps.max(axis=1)
    return largest


def l_1(pairs: Pairs) -> "Rows":
    """Add up the absolute differences of each pair."""
    sums: Rows = pairs.gaps.sum(axis=1)
    return sums


def l_2(pairs: Pairs) -> "Rows":
    """Take the Euclidean length of each difference."""
    import numpy as np

    lengths: Rows = np.sqrt(pairs.add_products(pairs.gaps, pairs.gaps))
    return lengths


def cosine(pairs: Pairs) -> "Rows":
    """Take the cosine of the angle between each pair; of two zero rows 1, of one 0."""
    import numpy as np

    dot = pairs.add_products(pairs.true, pairs.pred)
    length_true = np.sqrt(pairs.add_products(pairs.true, pairs.true))
    length_pred = np.sqrt(pairs.add_products(pairs.pred, pairs.pred))
    product = length_true * length_pred
    dot = np.where((length_true == 0) & (length_pred == 0), 1.0, dot)
    # Rounding can carry the cosine of parallel rows past 1.
    return np.clip(dot / np.where(product == 0, 1.0, product), -1.0, 1.0)


def wasserstein(pairs: Pairs) -> "Rows":
    """Take the mean absolute difference of the ordered values of each pair."""
    means: Rows = pairs.order_gaps().mean(axis=1)
    return means


def _subtract(a: "Rows", b: "Values") -> "Rows":
    import numpy as np

    # NumPy converts b as it computes, which is faster than to write it as float64 first.
    np.subtract(a, b, out=a, dtype=np.float64)
    return np.abs(a, out=a)
