# SPDX-License-Identifier: Apache-2.0
"""How well an accuracy is known from the number of images that it was measured on."""

from math import sqrt
from typing import NamedTuple

from dioptra.sdk.exceptions import CountsError

CONFIDENCE = 0.95
"""The share of intervals that hold the true accuracy, on average over accuracies."""

# The 97.5 % quantile of the normal distribution. SciPy gives the same intervals, but its import
# takes seconds, as long as all else that a summary in the terminal does.
QUANTILE = 1.959963984540054

# Accuracies come from float32 or were rounded when they were written; the wrong number of images
# is seldom so near.
NEAR = 0.05


class Interval(NamedTuple):
    """Both ends of an interval, shares in [0, 1]."""

    low: float
    high: float


def wilson_interval(correct: float, n: int) -> Interval:
    """Compute Wilson's score interval of an accuracy, at 95 % confidence, without correction.

    Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927). Averaged over accuracies it covers 95 % from 20
    images on, while that of the normal approximation covers too little: Brown, Cai and DasGupta,
    "Interval estimation for a binomial proportion", Statistical Science 16(2), 2001.

    Args:
        correct: How many images were classified correctly, in [0, n]. Of a mean over several
            models it need not be whole; the interval is then wide enough or wider.
        n: The number of images, at least 1.

    Returns:
        Both ends; that of no correct image begins at 0, that of all ends at 1.

    Raises:
        CountsError: There is no image, or more are correct than there are.
    """
    if not (n >= 1 and 0 <= correct <= n):
        raise CountsError(
            f"{correct:g} of {n} images are no accuracy; give the number of correct images, from 0 "
            "to the number of all, and at least one image"
        )
    share, square = correct / n, QUANTILE**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = QUANTILE * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    # Exact where rounding would leave a last bit.
    return Interval(middle - half if correct else 0.0, middle + half if correct < n else 1.0)


def estimate_interval(accuracy: float, n: int) -> Interval:
    """Compute Wilson's interval of an accuracy that was written down with its number of images.

    Args:
        accuracy: A share of n images, in [0, 1].
        n: The number of images, at least 1.

    Returns:
        Both ends at 95 % confidence, see :func:`wilson_interval`.

    Raises:
        CountsError: The accuracy is not a share of that many images.
    """
    return wilson_interval(count_correct(accuracy, n), n)


def count_correct(accuracy: float, n: int) -> int:
    """Recover the number of correct images from an accuracy.

    Args:
        accuracy: A share of n images, in [0, 1]; it may have been rounded.
        n: The number of images, at least 1.

    Returns:
        The number of correct images, in [0, n].

    Raises:
        CountsError: The accuracy is not a share of that many images: their product is further than
            0.05 from a whole number.
    """
    product = accuracy * n
    if not (n >= 1 and 0 <= accuracy <= 1 and abs(product - round(product)) <= NEAR):
        raise CountsError(
            f"an accuracy of {accuracy} on {n} images would be {product:g} correct ones, which is "
            "no number of images; give the number of images that it was measured on"
        )
    return round(product)
