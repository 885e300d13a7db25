import hashlib
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from dioptra.sdk.exceptions import UnsafeArchiveError
from dioptra_builtins.artifacts._tarballs import WRITERS, _make_member, read_members, write_tarball
from dioptra_builtins.artifacts.exceptions import UnreadableTarballError

MAGIC = {"w": b"source/\0", "w:gz": b"\x1f\x8b", "w:bz2": b"BZh", "w:xz": b"\xfd7zXZ\0"}


def _fill(folder: Path, *, backwards: bool = False) -> Path:
    files = {"a/1.txt": "one", "a/2.txt": "two", "b.txt": "b", "B/3.txt": "three", "a.txt": ""}
    for name in sorted(files, reverse=backwards):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[name])
    (folder / "a" / "link").symlink_to("1.txt")
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return _fill(tmp_path / "source")


def _sha256(source: Path, target: Path, mode: str = "w:gz") -> str:
    write_tarball(source, target, mode)
    return hashlib.sha256(target.read_bytes()).hexdigest()


@pytest.mark.parametrize("mode", WRITERS)
def test_equal_content_gives_equal_bytes_wherever_and_whenever(
    mode: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _sha256(source, tmp_path / "first", mode)
    monkeypatch.setattr("time.time", lambda: 2e9)
    again = _fill(tmp_path / "elsewhere" / "source", backwards=True)
    for number, path in enumerate(again.rglob("*")):
        os.utime(path, (number, number), follow_symlinks=False)
    (again / "b.txt").chmod(0o700)
    assert _sha256(again, tmp_path / "elsewhere" / "second.tgz", mode) == first


def test_other_content_gives_other_bytes(source: Path, tmp_path: Path) -> None:
    first = _sha256(source, tmp_path / "packed")
    (source / "b.txt").write_text("c")
    assert _sha256(source, tmp_path / "packed") != first


def test_members_are_sorted_and_tell_neither_time_nor_owner(source: Path, tmp_path: Path) -> None:
    write_tarball(source, tmp_path / "packed", "w")
    members = read_members(tmp_path / "packed", "r:")
    assert [member.name for member in members] == [
        "source",
        "source/B",
        "source/B/3.txt",
        "source/a",
        "source/a.txt",
        "source/a/1.txt",
        "source/a/2.txt",
        "source/a/link",
        "source/b.txt",
    ]
    for member in members:
        assert (member.mtime, member.uid, member.gid) == (0, 0, 0)
        assert (member.uname, member.gname) == ("", "")
        assert member.mode == (0o755 if member.isdir() else 0o644)


@pytest.mark.parametrize("mode", WRITERS)
def test_a_tarball_is_compressed_as_its_mode_tells(mode: str, source: Path, tmp_path: Path) -> None:
    write_tarball(source, tmp_path / "packed", mode)
    assert (tmp_path / "packed").read_bytes().startswith(MAGIC[mode])


def test_the_head_of_gzip_tells_neither_name_nor_time(source: Path, tmp_path: Path) -> None:
    write_tarball(source, tmp_path / "packed", "w:gz")
    head = (tmp_path / "packed").read_bytes()[:8]
    assert head[3] == 0
    assert head[4:8] == bytes(4)


def test_links_stay_links(source: Path, tmp_path: Path) -> None:
    (source / "folder").symlink_to("a")
    (source / "nowhere").symlink_to("missing")
    write_tarball(source, tmp_path / "packed", "w")
    links = {member.name: member.linkname for member in read_members(tmp_path / "packed", "r:")}
    assert links["source/a/link"] == "1.txt"
    assert links["source/folder"] == "a"
    assert links["source/nowhere"] == "missing"
    assert "source/folder/1.txt" not in links


def test_hard_links_are_files_of_their_own(source: Path, tmp_path: Path) -> None:
    (source / "hard").hardlink_to(source / "b.txt")
    write_tarball(source, tmp_path / "packed", "w")
    with tarfile.open(tmp_path / "packed") as tarball:
        assert tarball.getmember("source/hard").isreg()
        content = tarball.extractfile("source/hard")
        assert content is not None
        assert content.read() == b"b"


@pytest.mark.parametrize("name", ["n" * 150, "ü" * 100, "blank and\nnewline", "-rf", "\udcff"])
def test_any_file_name_is_kept(name: str, source: Path, tmp_path: Path) -> None:
    (source / name).write_text("text")
    write_tarball(source, tmp_path / "packed", "w:gz")
    names = [member.name for member in read_members(tmp_path / "packed", "r:gz")]
    assert f"source/{name}" in names


def test_an_empty_folder_is_a_member(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_tarball(tmp_path / "empty", tmp_path / "packed", "w")
    assert [member.name for member in read_members(tmp_path / "packed", "r:")] == ["empty"]


@pytest.mark.parametrize(
    ("start", "path", "base"),
    [
        ("source", ".", "source"),
        ("source/a", "..", "source"),
        (".", "source/", "source"),
        (".", "source/a/..", "source"),
        (".", "alias", "alias"),
    ],
)
def test_members_are_below_the_base_name_of_the_folder(
    start: str, path: str, base: str, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (source.parent / "alias").symlink_to("source")
    target = source.parent / "packed"
    monkeypatch.chdir(source.parent / start)
    write_tarball(Path(path), target, "w")
    names = [member.name for member in read_members(target, "r:")]
    assert names[0] == base
    assert f"{base}/a/1.txt" in names


def test_the_tarballs_of_other_tools_are_read(source: Path, tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "other"), "xztar", source.parent, "source")
    names = [member.name for member in read_members(tmp_path / "other.tar.xz", "r:xz")]
    assert "source/a/1.txt" in names


@pytest.mark.parametrize("target", ["../../outside", "/etc/passwd", "a/../../../outside"])
def test_a_link_out_is_refused_and_nothing_is_written(
    target: str, source: Path, tmp_path: Path
) -> None:
    (source / "out").symlink_to(target)
    with pytest.raises(UnsafeArchiveError) as caught:
        write_tarball(source, tmp_path / "packed", "w:gz")
    assert str(caught.value).startswith(f"{str(source)!r} holds 'source/out', which must not be")
    assert not (tmp_path / "packed").exists()


def test_a_link_through_a_link_is_refused(source: Path, tmp_path: Path) -> None:
    (source / "folder").symlink_to("a")
    (source / "through").symlink_to("folder/1.txt")
    with pytest.raises(UnsafeArchiveError, match="follows the link 'source/folder'"):
        write_tarball(source, tmp_path / "packed", "w:gz")


def test_a_pipe_is_refused_and_nothing_is_written(source: Path, tmp_path: Path) -> None:
    os.mkfifo(source / "a" / "pipe")
    with pytest.raises(UnsafeArchiveError) as caught:
        write_tarball(source, tmp_path / "packed", "w:gz")
    pipe = str(source / "a" / "pipe")
    assert str(caught.value).startswith(f"{pipe!r} cannot go into a tarball, being no file")
    assert not (tmp_path / "packed").exists()


def test_a_device_is_refused() -> None:
    with pytest.raises(UnsafeArchiveError, match="'/dev/null' cannot go into a tarball"):
        _make_member("/dev/null", "source/null")


def test_a_folder_that_cannot_be_listed_is_not_left_out(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        write_tarball(tmp_path / "missing", tmp_path / "packed", "w")
    assert not (tmp_path / "packed").exists()


def test_what_cannot_be_read_as_a_tarball_names_itself_and_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    with pytest.raises(UnreadableTarballError) as caught:
        read_members(path, "r:gz")
    message = str(caught.value)
    assert message.startswith(f"{str(path)!r} cannot be read as a tarball with mode 'r:gz': ")
    assert message.endswith("; fetch it again, or name the mode in which it was written")
