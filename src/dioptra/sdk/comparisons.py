# SPDX-License-Identifier: Apache-2.0
"""Whether one classifier is right more often than another on the same images."""

from collections.abc import Sequence

from dioptra.sdk.exceptions import CountsError
from dioptra.sdk.requirements import check_requirements


def compare_by_mcnemar(only_first: int, only_second: int) -> float:
    """Test whether two classifiers are right equally often on the same images.

    McNemar, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12 (1947), in its exact form: among the images that only one of the
    two has right, each would be either's with a chance of one half.

    Args:
        only_first: The number of images that only the first classifies correctly.
        only_second: The number of those that only the second does.

    Returns:
        The two-sided p-value, in [0, 1]; 1 where both are right on the same images. It is 0 where
        it is smaller than any positive number of 64 bits.

    Raises:
        CountsError: A number is negative.
        MissingRequirementError: SciPy is not installed.
    """
    if min(only_first, only_second) < 0:
        raise CountsError(f"numbers of images are {only_first} and {only_second}; count from 0")
    if only_first == only_second:
        return 1.0
    check_requirements(("scipy",), "McNemar's test")
    from scipy.stats import binomtest

    return float(binomtest(only_first, only_first + only_second).pvalue)


def correct_by_holm(p_values: Sequence[float]) -> list[float]:
    """Correct the p-values of several comparisons, so that any false finding is as rare as of one.

    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6(2), 1979.

    Args:
        p_values: Those of all comparisons that were made, each in [0, 1].

    Returns:
        The corrected ones, in the same order, each in [0, 1] and no smaller than before.

    Raises:
        CountsError: A number is no p-value.
    """
    wrong = [value for value in p_values if not 0 <= value <= 1]
    if wrong:
        raise CountsError(f"{wrong[0]} is no p-value; give numbers from 0 to 1")
    corrected, least = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = least
    return corrected
