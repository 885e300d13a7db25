"""Classes are matched by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dioptra.datasets import match_classes
from dioptra.sdk.exceptions import DatasetError

NAMES = st.lists(st.text(max_size=3), unique=True, max_size=8)


@given(NAMES, st.data())
def test_each_place_is_that_of_the_same_name(known: list[str], data: st.DataObject) -> None:
    found = data.draw(st.permutations(known).map(lambda names: names[: len(names) // 2]))
    assert [known[place] for place in match_classes(known, found)] == found


@given(NAMES, NAMES)
def test_a_name_that_is_not_known_is_refused(known: list[str], found: list[str]) -> None:
    if set(found) <= set(known):
        assert len(match_classes(known, found)) == len(found)
    else:
        with pytest.raises(DatasetError):
            match_classes(known, found)


def test_an_order_that_differs_is_mapped() -> None:
    assert match_classes(["cat", "dog", "eel"], ["eel", "cat"]) == (2, 0)


def test_unknown_and_missing_names_are_both_told() -> None:
    with pytest.raises(DatasetError, match=r"unknown classes: 'fox'; .* no folder: 'dog'"):
        match_classes(["cat", "dog"], ["cat", "fox"])


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ("1", "01"),
        ("img 7", "img 007"),
        ("cat", "Cat"),
        ("cat", " cat"),
        ("a b", "ab"),
        ("0", "00"),
    ],
)
def test_names_that_are_nearly_the_same_are_told(known: str, found: str) -> None:
    with pytest.raises(DatasetError) as caught:
        match_classes([known, "other"], [found, "other"])
    pair = f"only zero padding, case or whitespace tell apart {found!r} and {known!r}"
    assert pair in str(caught.value)


def test_other_names_get_no_such_hint() -> None:
    with pytest.raises(DatasetError) as caught:
        match_classes(["1", "10"], ["1", "100"])
    assert "padding" not in str(caught.value)


@pytest.mark.parametrize(("known", "found"), [(["a", "a"], ["a"]), (["a"], ["a", "a"])])
def test_a_name_that_stands_twice_is_refused(known: list[str], found: list[str]) -> None:
    with pytest.raises(DatasetError, match="2 classes are named 'a'"):
        match_classes(known, found)


def test_of_a_thousand_unknown_names_ten_are_told() -> None:
    with pytest.raises(DatasetError, match="'9' and 990 more"):
        match_classes(["x"], [str(number) for number in range(1000)])
