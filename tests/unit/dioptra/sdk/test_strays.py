import pytest

from dioptra.sdk.strays import STRAYS, is_stray


@pytest.mark.parametrize("name", [".DS_Store", "._1.png", "Thumbs.db", "__MACOSX", "lost+found"])
def test_what_is_hidden_or_left_by_an_operating_system_is_a_stray(name: str) -> None:
    assert is_stray(name)


@pytest.mark.parametrize("name", ["1.png", "thumbs", "recycled", "MACOSX", "1.DS_Store"])
def test_other_names_are_none(name: str) -> None:
    assert not is_stray(name)


def test_strays_are_listed_in_lower_case() -> None:
    assert {name.lower() for name in STRAYS} == STRAYS
