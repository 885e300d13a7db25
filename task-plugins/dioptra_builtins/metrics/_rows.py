# SPDX-License-Identifier: Apache-2.0
"""Measuring two batches sample by sample, a block at a time."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from dioptra_builtins.metrics.exceptions import MetricInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Rows = NDArray[np.float64]
    Reader = Callable[[slice], Rows]

# A block bounds the memory, to 32 MiB as float64, for batches and images of any size; larger ones
# are no faster.
BLOCK_ROWS = 128
BLOCK_VALUES = 2**22
# NumPy sorts and adds up outside of Python's lock. Each thread has a block of its own, and all that
# they do is bound by the memory soon.
MOST_THREADS = 4

REAL_KINDS = "biuf"


def measure_rows(
    measure: "Callable[[Rows, Rows], Rows]",
    y_true: "ArrayLike",
    y_pred: "ArrayLike",
    *,
    ordered: bool = False,
) -> "Rows":
    """Measure every pair of samples.

    Args:
        measure: From two arrays, float64 [k, m], which it may overwrite, to float64 [k].
        y_true: A batch [n, ...] of any real dtype, or n scalars [n].
        y_pred: A batch of the same shape.
        ordered: Whether ``measure`` gets the values of each sample in ascending order.

    Returns:
        float64 [n].

    Raises:
        MetricInputError: The shapes differ, or are not those of batches, or a dtype is not real.
    """
    import numpy as np

    true, pred = np.asarray(y_true), np.asarray(y_pred)
    _check(true, pred)
    samples, width = len(true), prod(true.shape[1:])
    rows = min(samples, BLOCK_ROWS, max(1, BLOCK_VALUES // max(1, width)))
    # No sample, no block; the step of a range is at least 1.
    starts = range(0, samples, max(1, rows))
    threads = max(1, min(len(starts), os.cpu_count() or 1, MOST_THREADS))
    measured = np.empty(samples, dtype=np.float64)
    # Shared, so that a thread which the system holds up leaves more blocks to the others.
    left = iter(starts)

    def measure_blocks(read_true: "Reader", read_pred: "Reader") -> None:
        try:
            for start in left:
                block = slice(start, min(start + rows, samples))
                measured[block] = measure(read_true(block), read_pred(block))
        finally:
            # After an error or an interrupt, the other threads need not go on.
            for _ in left:
                pass

    # Made here: what threads allocate, the system hands out anew each time.
    readers = [
        [_make_reader(batch, (rows, width), ordered) for batch in (true, pred)]
        for _ in range(threads)
    ]
    with ThreadPoolExecutor(threads) as pool:
        # What the caller has told NumPy to make of errors holds in the threads as well.
        others = [
            pool.submit(partial(copy_context().run, measure_blocks, *pair)) for pair in readers[1:]
        ]
        measure_blocks(*readers[0])
        for other in others:
            other.result()
    return measured


def _make_reader(batch: "NDArray[Any]", shape: tuple[int, int], ordered: bool) -> "Reader":
    import numpy as np

    # Fresh memory for every block can cost more than the arithmetic, as the system hands it out
    # page by page.
    rows = np.empty(shape, dtype=np.float64)
    # float32 holds bytes as they are, and NumPy sorts it faster than bytes or float64.
    narrow = np.empty(shape, np.result_type(batch.dtype, np.float32)) if ordered else rows

    def read(block: slice) -> "Rows":
        count = block.stop - block.start
        # Sliced before it is flattened: the whole of a non-contiguous array would be copied.
        narrow[:count] = batch[block].reshape(count, -1)
        if ordered:
            narrow[:count].sort(axis=1)
            rows[:count] = narrow[:count]
        return rows[:count]

    return read


def _check(true: "NDArray[Any]", pred: "NDArray[Any]") -> None:
    shapes = f"y_true {list(true.shape)} and y_pred {list(pred.shape)}"
    if true.shape != pred.shape:
        raise MetricInputError(f"a distance needs two batches of one shape, not {shapes}")
    if true.ndim == 0 or (len(true) and not prod(true.shape)):
        raise MetricInputError(f"a distance needs batches [n, ...] of samples, not {shapes}")
    if true.dtype.kind not in REAL_KINDS or pred.dtype.kind not in REAL_KINDS:
        raise MetricInputError(
            f"a distance needs real numbers, not y_true of {true.dtype} and y_pred of {pred.dtype}"
        )
