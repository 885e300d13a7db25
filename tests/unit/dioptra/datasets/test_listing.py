"""What is an image, what is passed over, and what is refused by its name."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from dioptra.datasets.listing import adversarial_name, list_images
from dioptra.sdk.exceptions import DatasetError

NAMES = ("a/1.png", "b/1.png", "b/2.png")


def refusal(folder: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        list_images(folder)
    return str(caught.value)


def copy(folder: Path, name: str) -> Path:
    return Path(shutil.copy(folder / "a" / "1.png", folder / name))


def test_images_are_listed_by_class_and_name_and_counted(folder: Path) -> None:
    images = list_images(folder)
    assert (images.class_names, images.names) == (("a", "b"), NAMES)
    assert (images.labels, images.counts) == ((0, 1, 1), (1, 2))


@pytest.mark.parametrize(
    "name", [".DS_Store", "._1.png", ".hidden.png", "Thumbs.db", "thumbs.db", "desktop.ini"]
)
def test_hidden_and_stray_files_are_passed_over(folder: Path, name: str) -> None:
    (folder / "a" / name).write_text("stray")
    (folder / name).write_text("stray")
    assert list_images(folder).names == NAMES


@pytest.mark.parametrize("name", ["__MACOSX", "@eaDir", "lost+found", ".ipynb_checkpoints"])
def test_hidden_and_stray_folders_are_no_classes_and_no_part_of_one(
    folder: Path, name: str
) -> None:
    for parent in (folder, folder / "a"):
        (parent / name).mkdir()
        (parent / name / "1.png").write_text("stray")
    assert list_images(folder).names == NAMES


def test_files_beside_the_class_folders_are_passed_over(folder: Path) -> None:
    (folder / "README.txt").write_text("not a class")
    assert list_images(folder).class_names == ("a", "b")


def test_a_name_in_capitals_is_an_images(folder: Path) -> None:
    copy(folder, "a/2.PNG")
    assert list_images(folder).names == ("a/1.png", "a/2.PNG", *NAMES[1:])


def test_links_to_folders_and_images_are_read(folder: Path, tmp_path: Path) -> None:
    (folder / "b").rename(tmp_path / "elsewhere")
    (folder / "b").symlink_to(tmp_path / "elsewhere")
    (folder / "a" / "2.png").symlink_to(folder / "a" / "1.png")
    assert list_images(folder).names == ("a/1.png", "a/2.png", *NAMES[1:])


@pytest.mark.parametrize("name", ["notes.txt", "1.jpg", "png", "1.png.txt"])
def test_another_file_in_a_class_folder_is_refused(folder: Path, name: str) -> None:
    (folder / "a" / name).write_text("no image")
    message = refusal(folder)
    assert f"{str(folder / 'a' / name)!r} is not a PNG image" in message


@pytest.mark.parametrize("name", ["inner", "inner.png"])
def test_a_folder_in_a_class_folder_is_refused(folder: Path, name: str) -> None:
    (folder / "a" / name).mkdir()
    assert f"{str(folder / 'a' / name)!r} is a folder" in refusal(folder)


def test_a_pipe_is_refused_without_waiting_for_it(folder: Path) -> None:
    os.mkfifo(folder / "a" / "2.png")
    assert f"{str(folder / 'a' / '2.png')!r} is a pipe" in refusal(folder)


def test_a_socket_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The path of a socket may have no more than about 100 bytes.
    monkeypatch.chdir(folder / "a")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("2.png")
        assert "is a pipe, a socket" in refusal(folder)


@pytest.mark.parametrize("name", ["c", "a/2.png"])
def test_a_dead_link_is_refused(folder: Path, name: str) -> None:
    (folder / name).symlink_to("nowhere")
    assert f"{str(folder / name)!r} is a link to a file that is not there" in refusal(folder)


@pytest.mark.parametrize("name", ["c", "a/2.png"])
def test_a_link_to_itself_is_refused(folder: Path, name: str) -> None:
    (folder / name).symlink_to(folder / name)
    assert str(folder / name) in refusal(folder)


def test_an_empty_class_folder_is_refused(folder: Path) -> None:
    (folder / "c").mkdir()
    (folder / "c" / ".DS_Store").touch()
    assert f"the class folder {str(folder / 'c')!r} is empty" in refusal(folder)


def test_a_class_folder_that_cannot_be_listed_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    def deny(place: str) -> object:
        if str(place).endswith("/b"):
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "scandir", deny)
    assert f"cannot read {str(folder / 'b')!r}: Permission denied" in refusal(folder)


@pytest.mark.parametrize("place", ["a/{}.png", "{}"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (os.fsdecode(b"caf\xe9"), "is not UTF-8"),
        ("two\nlines", "has a line break"),
        ("two\u2028lines", "has a line break"),
        ("tab\there", "has a line break, another control character"),
        ("back\\slash", "or a backslash"),
    ],
)
def test_a_name_that_later_steps_cannot_hold_is_refused(
    folder: Path, place: str, name: str, reason: str
) -> None:
    path = folder / place.format(name)
    if path.suffix:
        copy(folder, place.format(name))
    else:
        shutil.copytree(folder / "a", path)
    message = refusal(folder)
    assert repr(str(path)) in message
    assert reason in message


def test_a_path_that_is_not_utf_8_is_refused(folder: Path) -> None:
    renamed = folder.rename(os.fsdecode(os.fsencode(folder) + b"\xff"))
    assert f"{str(renamed)!r} is not UTF-8" in refusal(renamed)


@pytest.mark.parametrize("name", ["Ångström", "七", "a b, c", 'quoted "x"', "100%"])
def test_other_names_are_taken(folder: Path, name: str) -> None:
    (folder / "b").rename(folder / name)
    copy(folder, f"a/{name}.png")
    images = list_images(folder)
    assert name in images.class_names
    assert f"a/{name}.png" in images.names


@pytest.mark.parametrize(("name", "other"), [("x", "X"), ("é", "e\u0301"), ("ß", "SS")])
def test_names_that_differ_by_case_or_coding_alone_are_refused(
    folder: Path, name: str, other: str
) -> None:
    for file in (name, other):
        copy(folder, f"a/{file}.png")
    assert "differ by case" in refusal(folder)
    assert repr(f"{name}.png") in refusal(folder)


def test_classes_that_differ_by_case_alone_are_refused(folder: Path) -> None:
    shutil.copytree(folder / "a", folder / "A")
    assert "'A' and 'a'" in refusal(folder)


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_name_with_room_for_its_adversarial_image_is_taken(folder: Path, letter: str) -> None:
    name = letter * (247 // len(letter.encode())) + ".png"
    copy(folder, f"a/{name}")
    assert f"a/{name}" in list_images(folder).names


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_name_without_room_for_its_adversarial_image_is_refused(
    folder: Path, letter: str
) -> None:
    name = "y" + letter * (248 // len(letter.encode())) + ".png"
    copy(folder, f"a/{name}")
    message = refusal(folder)
    assert repr(f"a/{name}") in message
    assert "more than 255 bytes" in message


def test_an_adversarial_image_may_have_a_name_of_255_bytes(folder: Path) -> None:
    name = f"adv_{'x' * 247}.png"
    copy(folder, f"a/{name}")
    assert f"a/{name}" in list_images(folder).names


def test_an_adversarial_image_of_such_a_name_is_refused() -> None:
    with pytest.raises(DatasetError, match="too long"):
        adversarial_name(f"a/adv_{'x' * 247}.png")


def test_the_folder_of_a_whole_set_is_refused_with_what_to_name(folder: Path) -> None:
    assert "name the folder that holds the class folders" in refusal(folder.parent)
