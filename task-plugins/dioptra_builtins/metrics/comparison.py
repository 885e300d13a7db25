# SPDX-License-Identifier: Apache-2.0
"""How well an accuracy is known, and whether one classifier is right more often than another.

All of it starts from which images are classified correctly, a boolean for each image.
"""

from typing import TYPE_CHECKING

from dioptra import pyplugs
from dioptra.sdk.comparisons import compare_by_mcnemar, correct_by_holm
from dioptra.sdk.intervals import wilson_interval
from dioptra_builtins.metrics.exceptions import MetricInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray


@pyplugs.register
def estimate_accuracy(correct: "ArrayLike") -> dict[str, float]:
    """Compute an accuracy and its 95 % interval from the images that are classified correctly.

    Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22, 1927. The interval is what the choice of images leaves
    open; another training of the model may lie outside of it.

    Args:
        correct: Whether each image is classified correctly, bool [n], n at least 1.

    Returns:
        ``accuracy``, ``accuracy_low`` and ``accuracy_high``, in [0, 1], and ``n``.

    Raises:
        MetricInputError: The array is not bool [n], or empty.
    """
    outcomes = _as_outcomes("correct", correct)
    count, n = int(outcomes.sum()), len(outcomes)
    low, high = wilson_interval(count, n)
    return {"accuracy": count / n, "accuracy_low": low, "accuracy_high": high, "n": n}


@pyplugs.register(requires=("scipy",))
def compare_classifiers(correct_a: "ArrayLike", correct_b: "ArrayLike") -> dict[str, float]:
    """Test whether two classifiers are right equally often on the same images.

    McNemar, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12, 1947, in its exact, two-sided form.

    Args:
        correct_a: Whether a classifies each image correctly, bool [n], n at least 1.
        correct_b: The same of b, bool [n], for the same images in the same order.

    Returns:
        ``n``; the numbers of images that ``both``, ``only_a``, ``only_b`` and ``neither`` classify
        correctly; and ``p_value``, in [0, 1]. Correct it where there are several comparisons.

    Raises:
        MetricInputError: An array is not bool [n], or empty, or their lengths differ.
    """
    a, b = _as_outcomes("correct_a", correct_a), _as_outcomes("correct_b", correct_b)
    if len(a) != len(b):
        raise MetricInputError(
            f"correct_a has {len(a)} images and correct_b {len(b)}; give both for the same images, "
            "in the same order"
        )
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    return {
        "n": len(a),
        "both": int((a & b).sum()),
        "only_a": only_a,
        "only_b": only_b,
        "neither": int((~a & ~b).sum()),
        "p_value": compare_by_mcnemar(only_a, only_b),
    }


@pyplugs.register
def correct_p_values(p_values: "Sequence[float]") -> list[float]:
    """Correct the p-values of several comparisons, so that all together seldom find too much.

    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6(2), 1979.

    Args:
        p_values: Those of all comparisons that were made, each in [0, 1].

    Returns:
        The corrected ones in the same order, each in [0, 1]. Where those of 0.05 at most are called
        findings, one false finding or more is made in one of twenty studies at most.

    Raises:
        CountsError: A number is no p-value.
    """
    return correct_by_holm(p_values)


def _as_outcomes(name: str, correct: "ArrayLike") -> "NDArray[np.bool_]":
    import numpy as np

    outcomes = np.asarray(correct)
    if outcomes.dtype != np.bool_ or outcomes.ndim != 1 or not outcomes.size:
        raise MetricInputError(
            f"{name} says of each image whether it is classified correctly, bool [n], and is "
            f"{outcomes.dtype} {list(outcomes.shape)}; give predicted == true labels"
        )
    return outcomes
