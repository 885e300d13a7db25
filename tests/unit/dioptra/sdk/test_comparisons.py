from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dioptra.sdk import requirements
from dioptra.sdk.comparisons import compare_by_mcnemar, correct_by_holm
from dioptra.sdk.exceptions import CountsError, MissingRequirementError

P_VALUES = st.lists(st.floats(0, 1))


def test_one_of_six_images_is_seven_chances_in_32() -> None:
    # (1 + 6) of 2^6 ways have at most one, and both sides count.
    assert compare_by_mcnemar(1, 5) == pytest.approx(14 / 64)


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_p_value_is_twice_the_tail_of_fair_coins(first: int, second: int) -> None:
    n = first + second
    tail = sum(comb(n, k) for k in range(min(first, second) + 1)) / 2**n
    assert compare_by_mcnemar(first, second) == pytest.approx(min(1, 2 * tail))


@pytest.mark.parametrize("n", [0, 1, 500])
def test_as_many_images_on_both_sides_are_no_difference(n: int) -> None:
    assert compare_by_mcnemar(n, n) == 1


def test_a_negative_number_of_images_is_refused() -> None:
    with pytest.raises(CountsError, match="numbers of images are 3 and -1"):
        compare_by_mcnemar(3, -1)


def test_without_scipy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requirements, "find_spec", lambda _: None)
    with pytest.raises(MissingRequirementError, match="McNemar's test needs scipy"):
        compare_by_mcnemar(1, 2)


def test_three_p_values_are_corrected_as_by_hand() -> None:
    # 3 * 0.01, 2 * 0.02, and 0.03 raised to the one before it.
    assert correct_by_holm([0.03, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])


@given(P_VALUES)
def test_no_corrected_p_value_is_smaller_than_before_or_larger_than_bonferronis(
    p_values: list[float],
) -> None:
    for before, after in zip(p_values, correct_by_holm(p_values), strict=True):
        assert before <= after <= min(1, len(p_values) * before)


@given(P_VALUES)
def test_the_order_of_p_values_is_kept(p_values: list[float]) -> None:
    pairs = sorted(zip(p_values, correct_by_holm(p_values), strict=True))
    corrected = [after for _, after in pairs]
    assert corrected == sorted(corrected)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(wrong: float) -> None:
    with pytest.raises(CountsError, match="is no p-value"):
        correct_by_holm([0.5, wrong])
