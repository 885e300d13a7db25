import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dioptra.sdk.exceptions import DatasetError
from dioptra.sdk.hashing import hash_file, hash_folder, hash_json

Write = Callable[[str, dict[str, bytes]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files below a folder of the test's."""

    def write(folder: str, files: dict[str, bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return tmp_path / folder

    return write


def test_a_file_has_the_hash_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert hash_file(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


def test_a_folder_has_the_same_hash_elsewhere_and_in_whatever_order_it_was_written(
    write: Write,
) -> None:
    first = write("one", {"b/2.png": b"2", "a/1.png": b"1"})
    second = write("other", {"a/1.png": b"1", "b/2.png": b"2"})
    assert hash_folder(first) == hash_folder(second)


@pytest.mark.parametrize(
    "changed",
    [
        {"a/1.png": b"1", "b/2.png": b"3"},
        {"a/1.png": b"1", "b/3.png": b"2"},
        {"a/1.png": b"1", "a/2.png": b"2"},
        {"a/1.png": b"1"},
        {"a/1.png": b"1", "b/2.png": b"2", "3.png": b""},
        {"a/1.png": b"2", "b/2.png": b"1"},
    ],
)
def test_a_change_of_content_name_or_place_changes_a_folders_hash(
    write: Write, changed: dict[str, bytes]
) -> None:
    folder = write("one", {"a/1.png": b"1", "b/2.png": b"2"})
    assert hash_folder(folder) != hash_folder(write("other", changed))


def test_hidden_files_do_not_count_and_linked_folders_do(write: Write) -> None:
    folder = write("one", {"a/1.png": b"1"})
    plain = hash_folder(folder)
    write("one", {"a/.DS_Store": b"x", ".cache/2.png": b"2"})
    assert hash_folder(folder) == plain
    (folder / "b").symlink_to(write("other", {"2.png": b"2"}))
    assert hash_folder(folder) == hash_folder(write("third", {"a/1.png": b"1", "b/2.png": b"2"}))


def test_what_operating_systems_leave_behind_does_not_count(write: Write) -> None:
    folder = write("one", {"a/1.png": b"1"})
    plain = hash_folder(folder)
    write("one", {"a/Thumbs.db": b"x", "desktop.ini": b"x", "__MACOSX/a/1.png": b"x"})
    assert hash_folder(folder) == plain


def test_the_hash_of_a_folder_is_that_which_results_have_recorded(write: Write) -> None:
    folder = write("one", {"z": b"0", "b/1": b"1", "a/q": b"2", "a/z/1": b"3", "a.b/2": b"4"})
    lines = "".join(
        f"{place}\0{hashlib.sha256(content).hexdigest()}\n"
        for place, content in [
            ("./z", b"0"),
            ("a/q", b"2"),
            ("a/z/1", b"3"),
            ("a.b/2", b"4"),
            ("b/1", b"1"),
        ]
    )
    assert hash_folder(folder) == hashlib.sha256(lines.encode()).hexdigest()


def test_a_dead_link_is_named(write: Write) -> None:
    folder = write("one", {"a/1.png": b"1"})
    (folder / "a" / "2.png").symlink_to("nowhere")
    with pytest.raises(DatasetError, match=r"a/2\.png' is a link to a file that is not there"):
        hash_folder(folder)


def test_a_pipe_is_named_and_not_waited_for(write: Write) -> None:
    folder = write("one", {"a/1.png": b"1"})
    os.mkfifo(folder / "a" / "2.png")
    with pytest.raises(DatasetError, match=r"a/2\.png' is a pipe"):
        hash_folder(folder)


def test_a_folder_that_cannot_be_listed_is_named(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, scan = write("one", {"a/1.png": b"1"}), os.scandir

    def deny(place: str) -> object:
        if str(place).endswith("/a"):
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "scandir", deny)
    with pytest.raises(DatasetError, match="one/a': Permission denied"):
        hash_folder(folder)


def test_a_name_that_is_no_text_can_be_hashed(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(b"1")
    assert len(hash_folder(tmp_path)) == 64


def test_the_order_of_keys_does_not_change_the_hash_of_json() -> None:
    assert hash_json({"a": 1, "b": [0.1]}) == hash_json({"b": [0.1], "a": 1})
    assert hash_json({"a": 1, "b": [0.1]}) != hash_json({"a": 1, "b": [0.2]})


def test_what_json_has_no_notation_for_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        hash_json(float("nan"))
