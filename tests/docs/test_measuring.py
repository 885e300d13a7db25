"""Numbers in prose."""

import pytest

from execution.blocks import Failure
from execution.measuring import check, parse_measured


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("97 % ± 3 <run: accuracy>", "accuracy: 97.2 %"),
        ("97 % ± 3 <run: accuracy>", "accuracy 95.0%, other 1"),
        ("97 % ± 3 <run: accuracy>", "time 3\naccuracy │ 0.972"),
        ("97 ± 3 <run: accuracy>", "accuracy 97.2 %"),
        ("1,797 images ± 0 <run: images>", "images: 1797"),
        ("0.3 ± 0.01 <run: l_inf_norm mean>", "l_inf_norm mean=0.299"),
        ("-2 ± 0.5 <run: gain>", "gain -1.9e0"),
    ],
)
def test_numbers_that_hold(text: str, output: str) -> None:
    check(parse_measured(text, 1), {"run": output})


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("97 % ± 3 <run: accuracy>", "accuracy: 93.9 %"),
        ("97 % ± 3 <run: accuracy>", "precision: 97 %"),
        ("97 % ± 3 <run: accuracy>", "accuracy:\n97 %"),
        ("97 ± 3 <run: accuracy>", "accuracy 0.97"),
    ],
)
def test_numbers_that_do_not_hold(text: str, output: str) -> None:
    with pytest.raises(Failure):
        check(parse_measured(text, 1), {"run": output})


@pytest.mark.parametrize("text", ["97 %", "97 % ± 3", "97 % <run: accuracy>", "± 3 <run: x>"])
def test_a_number_without_tolerance_or_label_is_refused(text: str) -> None:
    with pytest.raises(Failure, match="must read"):
        parse_measured(text, 1)


def test_only_the_number_is_shown() -> None:
    assert parse_measured("97 % ± 3 <run: accuracy>", 1).text == "97 %"
