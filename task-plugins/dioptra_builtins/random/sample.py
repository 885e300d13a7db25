# SPDX-License-Identifier: Apache-2.0
"""Numbers drawn from a generator."""

from typing import TYPE_CHECKING

from dioptra import pyplugs
from dioptra.sdk.exceptions import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

# Above every seed that `init_rng` draws.
BOUND = 2**31 - 1


@pyplugs.register
def draw_random_integer(rng: "np.random.Generator", low: int = 0, high: int = BOUND) -> int:
    """Draw one integer; each is equally likely.

    Args:
        rng: The generator, as made by ``random.rng.init_rng``; it moves on.
        low: The smallest integer.
        high: The bound above the largest integer.

    Returns:
        An integer in [low, high).

    Raises:
        ParameterError: ``high`` is not above ``low``.
    """
    return int(draw_random_integers(rng, low, high)[0])


@pyplugs.register
def draw_random_integers(
    rng: "np.random.Generator",
    low: int | None = None,
    high: int | None = None,
    size: "int | Sequence[int] | None" = 0,
) -> "NDArray[np.int64]":
    """Draw integers; each is equally likely.

    Args:
        rng: The generator, as made by ``random.rng.init_rng``; it moves on.
        low: The smallest integer, 0 without it. Where it is the only bound, it is the one above the
            largest integer, as in NumPy.
        high: The bound above the largest integer; 2**31 - 1 where there is no bound at all.
        size: The shape of the result; 0, or None, for a single integer, [1].

    Returns:
        int64 of shape ``size``, in [low, high), or in [0, low) without ``high``.

    Raises:
        ParameterError: No integer lies within the bounds.
    """
    import numpy as np

    if high is None:
        low, high = 0, BOUND if low is None else low
    smallest = 0 if low is None else low
    if smallest >= high:
        raise ParameterError(f"no integer is at least low={smallest} and below high={high}")
    shape = 1 if size is None or np.array_equal(size, 0) else size
    return rng.integers(smallest, high, size=shape, dtype=np.int64)
