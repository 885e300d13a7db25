import pytest
from hypothesis import given
from hypothesis import strategies as st

from dioptra.sdk.suggestions import known_names, suggest_names


def test_the_nearest_name_is_suggested() -> None:
    assert known_names("fmg", ["train", "fgm"]) == "did you mean 'fgm'? "


def test_several_near_names_are_suggested_nearest_first() -> None:
    names = known_names("l_1_nrm", ["l_2_norm", "l_1_norm", "accuracy"])
    assert names == "did you mean 'l_1_norm' or 'l_2_norm'? "


def test_at_most_three_names_are_suggested() -> None:
    names = known_names("name", ["name1", "name2", "name3", "name4"])
    assert names.count(" or ") == 2


def test_all_names_are_listed_in_order_where_none_is_near() -> None:
    assert known_names("x", iter(["train", "fgm"])) == "known: fgm, train; "


@pytest.mark.parametrize("name", ["", "fgm"])
def test_nothing_is_said_where_nothing_is_known(name: str) -> None:
    assert known_names(name, []) == ""


@pytest.mark.parametrize(
    ("name", "text"), [("fmg", "did you mean 'fgm'?"), ("x", "known: fgm, train")]
)
def test_a_message_can_end_with_the_names(name: str, text: str) -> None:
    assert suggest_names(name, ["train", "fgm"]) == text


@given(name=st.text(), known=st.sets(st.text()))
def test_the_text_can_be_followed_by_more(name: str, known: set[str]) -> None:
    text = known_names(name, known)
    assert bool(text) == bool(known)
    assert not text or text.endswith(("? ", "; "))


@given(known=st.sets(st.text(min_size=1), min_size=1), data=st.data())
def test_a_name_that_is_known_is_the_nearest(known: set[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(known)))
    assert known_names(name, known).startswith(f"did you mean {name!r}")
