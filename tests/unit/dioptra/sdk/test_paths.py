from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dioptra.sdk.utilities.paths import set_path_ext

LETTERS = st.text("abcXYZ019_- äé", min_size=1, max_size=8)
SUFFIXES = st.lists(LETTERS, max_size=3)
EXTENSIONS = st.lists(LETTERS, min_size=1, max_size=3).map(".".join)
DOTS = st.sampled_from(["", "."])
STEMS = st.tuples(DOTS, LETTERS).map("".join)
FOLDERS = st.lists(st.one_of(LETTERS, EXTENSIONS), max_size=3).map(lambda parts: Path(*parts))


@pytest.mark.parametrize(
    ("filepath", "ext", "expected"),
    [
        ("table", "csv", "table.csv"),
        ("table.txt", "csv", "table.csv"),
        ("table.txt", ".csv", "table.csv"),
        ("a/b.tar.gz", "csv.bz2", "a/b.csv.bz2"),
        ("a/b.tar.gz", ".csv.bz2", "a/b.csv.bz2"),
        ("/data/v1.2/table.txt", "csv", "/data/v1.2/table.csv"),
        ("../table.txt", "csv", "../table.csv"),
        (".hidden", "csv", ".hidden.csv"),
        (".hidden.txt", "csv", ".hidden.csv"),
        ("table.csv", "csv", "table.csv"),
        ("table.csv.csv", "csv", "table.csv"),
        ("table..txt", "csv", "table.csv"),
        ("table.tar.gz", "", "table"),
        ("table.tar.gz", ".", "table"),
        ("table", "", "table"),
    ],
)
def test_all_suffixes_are_replaced(filepath: str, ext: str, expected: str) -> None:
    assert set_path_ext(filepath, ext) == Path(expected)
    assert set_path_ext(Path(filepath), ext) == Path(expected)


@pytest.mark.parametrize("filepath", ["table.", "table.txt."])
def test_a_dot_at_the_end_does_not_keep_the_old_suffixes(filepath: str) -> None:
    assert set_path_ext(filepath, "csv") == Path("table.csv")


@pytest.mark.parametrize("filepath", ["", ".", "/"])
def test_a_path_without_a_name_is_refused(filepath: str) -> None:
    with pytest.raises(ValueError, match="has an empty name"):
        set_path_ext(filepath, "csv")


def test_an_extension_that_would_leave_the_folder_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid name"):
        set_path_ext("table.txt", "csv/../../x")


@given(
    folder=FOLDERS, stem=STEMS, suffixes=SUFFIXES, ext=EXTENSIONS, dot=st.sampled_from(["", "."])
)
def test_folder_and_stem_stay_and_the_extension_is_the_only_one(
    folder: Path, stem: str, suffixes: list[str], ext: str, dot: str
) -> None:
    filepath = folder / ".".join([stem, *suffixes])
    changed = set_path_ext(filepath, dot + ext)
    assert changed == folder / f"{stem}.{ext}"
    assert "".join(changed.suffixes) == f".{ext}"


@given(folder=FOLDERS, stem=STEMS, suffixes=SUFFIXES, first=EXTENSIONS, second=EXTENSIONS)
def test_the_last_extension_wins(
    folder: Path, stem: str, suffixes: list[str], first: str, second: str
) -> None:
    filepath = folder / ".".join([stem, *suffixes])
    once = set_path_ext(filepath, second)
    assert set_path_ext(set_path_ext(filepath, first), second) == once
    assert set_path_ext(once, second) == once


@given(folder=FOLDERS, stem=STEMS, suffixes=SUFFIXES)
def test_an_empty_extension_leaves_the_stem(folder: Path, stem: str, suffixes: list[str]) -> None:
    assert set_path_ext(folder / ".".join([stem, *suffixes]), "") == folder / stem
