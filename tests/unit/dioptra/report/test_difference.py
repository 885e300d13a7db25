import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dioptra.report.difference import difference, largest_change
from dioptra.report.samples import Group, Sample

images = arrays(np.uint8, (2, 3, 3))


def _sample(clean: object, adversarial: object) -> Sample:
    return Sample("0", "0", "0", np.asarray(clean, np.uint8), np.asarray(adversarial, np.uint8))


def test_darker_is_negative_although_the_images_hold_no_negative_number() -> None:
    change = difference(_sample([[[255], [0]]], [[[0], [51]]]))
    assert change == pytest.approx(np.array([[-1, 0.2]]))


def test_of_three_channels_the_one_that_changed_most_is_taken() -> None:
    change = difference(_sample([[[10, 100, 10]]], [[[20, 49, 10]]]))
    assert change == pytest.approx(np.array([[-0.2]]))


@given(images, images)
def test_the_change_is_the_largest_over_channels_and_back_is_its_opposite(
    clean: np.ndarray, adversarial: np.ndarray
) -> None:
    change = difference(_sample(clean, adversarial))
    expected = np.abs(adversarial.astype(float) - clean).max(axis=-1) / 255
    np.testing.assert_allclose(np.abs(change), expected)
    np.testing.assert_allclose(difference(_sample(adversarial, clean)), -change)


def test_the_largest_change_is_that_of_all_groups() -> None:
    one = Group("a", 0.1, (_sample([[[0]]], [[[51]]]),))
    two = Group("b", 0.1, (_sample([[[0]]], [[[0]]]), _sample([[[102]]], [[[0]]])))
    assert largest_change([one, two]) == pytest.approx(0.4)


def test_unchanged_images_have_a_scale_of_one_grey_level() -> None:
    assert largest_change([Group("a", 0.1, (_sample([[[7]]], [[[7]]]),))]) == 1 / 255


@given(st.integers(0, 255), st.integers(0, 255))
def test_no_change_is_beyond_the_brightness_range(clean: int, adversarial: int) -> None:
    assert -1 <= difference(_sample([[[clean]]], [[[adversarial]]])).item() <= 1
