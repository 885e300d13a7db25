# SPDX-License-Identifier: Apache-2.0
"""Numbers drawn from a generator."""

from typing import TYPE_CHECKING

from dioptra import pyplugs
from dioptra.sdk.exceptions import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


@pyplugs.register
def draw_random_integer(rng: "np.random.Generator", low: int = 0, high: int = 2**31 - 1) -> int:
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
    low: int = 0,
    high: int = 2**31 - 1,
    size: "int | Sequence[int] | None" = None,
) -> "NDArray[np.int64]":
    """Draw integers; each is equally likely.

    Args:
        rng: The generator, as made by ``random.rng.init_rng``; it moves on.
        low: The smallest integer.
        high: The bound above the largest integer.
        size: The shape of the result; None for a single integer, [1].

    Returns:
        int64 of shape ``size``, in [low, high).

    Raises:
        ParameterError: ``high`` is not above ``low``.
    """
    import numpy as np

    if low >= high:
        raise ParameterError(f"no integer is at least low={low} and below high={high}")
    return rng.integers(low, high, size=1 if size is None else size, dtype=np.int64)
