from typing import Any

import numpy as np
import pytest

from dioptra.sdk.intervals import wilson_interval
from dioptra_builtins.metrics.comparison import (
    compare_classifiers,
    correct_p_values,
    estimate_accuracy,
)
from dioptra_builtins.metrics.exceptions import MetricInputError


def test_an_accuracy_comes_with_its_interval_and_number_of_images() -> None:
    low, high = wilson_interval(3, 4)
    assert estimate_accuracy([True, True, False, True]) == {
        "accuracy": 0.75,
        "accuracy_low": low,
        "accuracy_high": high,
        "n": 4,
    }


def test_images_are_counted_by_who_has_them_right() -> None:
    a = np.array([True, True, True, True, True, False, False])
    b = np.array([True, False, False, False, False, True, False])
    # (1 + 5) of 2^5 ways have at most one of five, on both sides.
    assert compare_classifiers(a, b) == {
        "n": 7,
        "both": 1,
        "only_a": 4,
        "only_b": 1,
        "neither": 1,
        "p_value": pytest.approx(12 / 32),
    }


def test_p_values_are_corrected_in_their_order() -> None:
    assert correct_p_values([0.5, 0.01]) == pytest.approx([0.5, 0.02])


def test_outcomes_of_different_images_are_refused() -> None:
    with pytest.raises(MetricInputError, match="correct_a has 2 images and correct_b 3; give both"):
        compare_classifiers([True, False], [True, False, True])


@pytest.mark.parametrize("wrong", [[0, 1], [[True]], [], 0.5])
def test_what_does_not_say_which_images_are_right_is_refused(wrong: Any) -> None:
    with pytest.raises(MetricInputError, match=r"^correct says of each image .*, bool \[n\], and"):
        estimate_accuracy(wrong)
    with pytest.raises(MetricInputError, match=r"^correct_b says"):
        compare_classifiers([True], wrong)
