# SPDX-License-Identifier: Apache-2.0
"""The source of all randomness of a run."""

from typing import TYPE_CHECKING

from dioptra import pyplugs

if TYPE_CHECKING:
    import numpy as np

# TensorFlow, NumPy and Python all take a seed below it.
SEED_LIMIT = 2**31 - 1


@pyplugs.register
@pyplugs.task_nout(2)
def init_rng(seed: int = -1) -> "tuple[int, np.random.Generator]":
    """Make a random number generator, and tell the seed that repeats it.

    Args:
        seed: The seed; a negative one has the system draw a seed in [0, 2**31 - 1).

    Returns:
        The seed that was used, and a generator that gives the same stream for the same seed.
    """
    import secrets

    import numpy as np

    used = int(seed) if seed >= 0 else secrets.randbelow(SEED_LIMIT)
    return used, np.random.default_rng(used)
