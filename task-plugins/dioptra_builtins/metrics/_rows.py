# SPDX-License-Identifier: Apache-2.0
"""Measuring two batches sample by sample, a block at a time."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from math import ceil, prod
from typing import TYPE_CHECKING, Any

from dioptra_builtins.metrics._pairs import Memory, Pairs
from dioptra_builtins.metrics.exceptions import MetricInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Rows = NDArray[np.float64]

# A block is 2 MiB as float64: each step outside of Python's lock outlasts the handing over of the
# lock. A thread has up to three such arrays; larger ones are no faster.
BLOCK_VALUES = 2**18
# Fewer are measured before a further thread has started.
THREAD_VALUES = 2**16
# NumPy sorts and adds up outside of Python's lock. Each thread has a block of its own, and all that
# they do is bound by the memory soon.
MOST_THREADS = 4

REAL_KINDS = "biuf"


def measure_rows(
    measures: "Sequence[Callable[[Pairs], Rows]]", y_true: "ArrayLike", y_pred: "ArrayLike"
) -> "list[Rows]":
    """Measure every pair of samples.

    Args:
        measures: From a block of k pairs to float64 [k] each.
        y_true: A batch [n, ...] of any real dtype, or n scalars [n].
        y_pred: A batch of the same shape.

    Returns:
        float64 [n] of each measure.

    Raises:
        MetricInputError: The shapes differ, or are not those of batches, or a dtype is not real.
    """
    import numpy as np

    true, pred = np.asarray(y_true), np.asarray(y_pred)
    _check(true, pred)
    samples, width = len(true), prod(true.shape[1:])
    most = max(1, BLOCK_VALUES // max(1, width))
    threads = min(os.cpu_count() or 1, MOST_THREADS, 1 + true.size // THREAD_VALUES)
    # As many for each thread, and all of one size: none waits for another's remainder.
    blocks = max(1, ceil(samples / (most * threads))) * threads
    # The step of a range is at least 1, also where there is no sample.
    rows = max(1, ceil(samples / blocks))
    starts = range(0, samples, rows)
    measured = [np.empty(samples, dtype=np.float64) for _ in measures]
    # Shared, so that a thread which the system holds up leaves more blocks to the others.
    left = iter(starts)

    def measure_blocks(memory: Memory) -> None:
        try:
            for start in left:
                block = slice(start, min(start + rows, samples))
                # Sliced before it is flattened: all of a non-contiguous array would be copied.
                a, b = (batch[block].reshape(block.stop - start, -1) for batch in (true, pred))
                pairs = Pairs(a, b, memory)
                for values, measure in zip(measured, measures, strict=True):
                    values[block] = measure(pairs)
        finally:
            # After an error or an interrupt, the other threads need not go on.
            for _ in left:
                pass

    # Made here: what threads allocate, the system hands out anew each time.
    shape = min(samples, rows), width
    memories = [
        Memory(shape, np.result_type(true, pred)) for _ in range(min(threads, len(starts)) or 1)
    ]
    with ThreadPoolExecutor(len(memories)) as pool:
        # What the caller has told NumPy to make of errors holds in the threads as well.
        others = [
            pool.submit(partial(copy_context().run, measure_blocks, memory))
            for memory in memories[1:]
        ]
        measure_blocks(memories[0])
        for other in others:
            other.result()
    return measured


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
