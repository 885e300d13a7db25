import io
import os
import random
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra import pyplugs
from dioptra.sdk.exceptions import UnsafeArchiveError
from dioptra.sdk.hashing import hash_folder
from dioptra_builtins.artifacts._tarballs import write_tarball
from dioptra_builtins.artifacts.exceptions import (
    FileInTheWayError,
    SourceNotFoundError,
    UnreadableTarballError,
    UnsupportedTarballModeError,
)
from dioptra_builtins.artifacts.utils import (
    READ_MODES,
    extract_tarfile,
    hash_directory,
    make_directories,
)

MODES = {"w": "r:", "w:gz": "r:gz", "w:bz2": "r:bz2", "w:xz": "r:xz"}
Pack = Callable[..., Path]


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    def _pack(*members: tarfile.TarInfo) -> Path:
        path = tmp_path / "packed.tgz"
        with tarfile.open(path, "w:gz") as tarball:
            for member in members:
                member.size = 4 if member.isreg() else 0
                tarball.addfile(member, io.BytesIO(b"text"))
        return path

    return _pack


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "a" / "empty").mkdir(parents=True)
    (folder / "a" / "text").write_text("some text\n" * 40)
    (folder / "a" / "link").symlink_to("text")
    (folder / "b").mkdir()
    (folder / "b" / "up").symlink_to("../a/text")
    (folder / "b" / "bytes").write_bytes(random.Random(0).randbytes(1500))  # noqa: S311
    (folder / "nothing").touch()
    return folder


def _read(folder: Path) -> dict[str, bytes | str | None]:
    """The content of files, the targets of links, and None for folders, by their paths."""
    content: dict[str, bytes | str | None] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            content[name] = str(path.readlink())
        else:
            content[name] = None if path.is_dir() else path.read_bytes()
    return content


@pytest.mark.parametrize("mode", MODES)
def test_a_folder_survives_the_round_trip(
    mode: str, source: Path, tmp_path: Path, workspace: Path
) -> None:
    archive = tmp_path / "packed"
    write_tarball(source, archive, mode)
    extract_tarfile(archive, MODES[mode])
    assert [path.name for path in workspace.iterdir()] == ["source"]
    assert _read(workspace / "source") == _read(source)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("read_mode", ["r", "r:*"])
def test_two_modes_read_any_tarball(
    mode: str, read_mode: str, source: Path, tmp_path: Path, workspace: Path
) -> None:
    archive = tmp_path / "packed"
    write_tarball(source, archive, mode)
    extract_tarfile(str(archive), read_mode)
    assert _read(workspace / "source") == _read(source)


def test_a_tarball_is_taken_for_one_of_gzip(source: Path, workspace: Path) -> None:
    write_tarball(source, workspace / "packed", "w:gz")
    extract_tarfile("packed")
    assert _read(workspace / "source") == _read(source)


def test_a_tarball_of_other_tools_is_read(pack: Pack, workspace: Path) -> None:
    archive = pack(
        _member("./a/f"),
        _member("a/hard", tarfile.LNKTYPE, "./a/f"),
        _member("a/soft", tarfile.SYMTYPE, "f"),
    )
    extract_tarfile(archive)
    assert _read(workspace / "a") == {"f": b"text", "hard": b"text", "soft": "f"}
    assert (workspace / "a" / "f").samefile(workspace / "a" / "hard")


def test_an_empty_tarball_holds_nothing(pack: Pack, workspace: Path) -> None:
    extract_tarfile(pack())
    assert not list(workspace.iterdir())


def test_files_that_are_there_are_replaced_and_others_left(pack: Pack, workspace: Path) -> None:
    (workspace / "a").mkdir()
    (workspace / "a" / "f").write_text("a longer old text")
    (workspace / "a" / "other").write_text("other")
    extract_tarfile(pack(_member("a", tarfile.DIRTYPE), _member("a/f")))
    assert _read(workspace) == {"a": None, "a/f": b"text", "a/other": b"other"}


def test_a_tarball_may_be_unpacked_twice(source: Path, workspace: Path, tmp_path: Path) -> None:
    write_tarball(source, tmp_path / "packed", "w:gz")
    extract_tarfile(tmp_path / "packed")
    extract_tarfile(tmp_path / "packed")
    assert _read(workspace / "source") == _read(source)


def test_no_member_is_run_as_another_user_or_written_by_others(pack: Pack, workspace: Path) -> None:
    member = _member("f")
    member.mode = 0o7777
    member.uid = member.gid = 12345
    extract_tarfile(pack(member))
    found = (workspace / "f").stat()
    assert stat.S_IMODE(found.st_mode) == 0o755
    assert found.st_uid == os.getuid()


def test_a_link_that_cannot_be_made_is_an_error(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise NotImplementedError

    monkeypatch.setattr(os, "symlink", fail)
    with pytest.raises(tarfile.ExtractError, match="unable to resolve link"):
        extract_tarfile(pack(_member("link", tarfile.SYMTYPE, "nowhere")))


@pytest.mark.parametrize(
    "member",
    [
        _member("/absolute"),
        _member("../up"),
        _member("a/../../up"),
        _member("soft", tarfile.SYMTYPE, ".."),
        _member("a/soft", tarfile.SYMTYPE, "../../secret"),
        _member("soft", tarfile.SYMTYPE, "/etc/passwd"),
        _member("hard", tarfile.LNKTYPE, "../secret"),
        _member("hard", tarfile.LNKTYPE, "/etc/passwd"),
        _member("hard", tarfile.LNKTYPE, "not/there"),
        _member("fine/link/f"),
        _member("device", tarfile.CHRTYPE),
        _member("device", tarfile.BLKTYPE),
        _member("fifo", tarfile.FIFOTYPE),
    ],
    ids=lambda member: f"{member.name} {member.type.decode()} {member.linkname}",
)
@pytest.mark.parametrize("last", [True, False])
def test_an_archive_with_one_bad_member_is_refused_and_nothing_is_written(
    member: tarfile.TarInfo, pack: Pack, workspace: Path, tmp_path: Path, *, last: bool
) -> None:
    (tmp_path / "secret").write_text("secret")
    fine = [_member("fine/f"), _member("fine/link", tarfile.SYMTYPE, "d")]
    archive = pack(*fine, member) if last else pack(member, *fine)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UnsafeArchiveError) as caught:
        extract_tarfile(archive)
    assert f"{str(archive)!r} holds {member.name!r}" in str(caught.value)
    assert not list(workspace.iterdir())
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "secret").read_text() == "secret"


def test_a_link_on_the_disk_is_not_followed_out(
    pack: Pack, workspace: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (workspace / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeArchiveError, match="outside the destination"):
        extract_tarfile(pack(_member("fine"), _member("out/f")))
    assert [path.name for path in workspace.iterdir()] == ["out"]
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("mode", MODES)
def test_no_part_of_a_tarball_is_taken_for_the_whole(
    mode: str, source: Path, tmp_path: Path, workspace: Path
) -> None:
    archive = tmp_path / "packed"
    write_tarball(source, archive, mode)
    whole = archive.read_bytes()
    # An uncompressed one ends in zeros, of which the first block is enough.
    end = len(whole.rstrip(b"\0")) if mode == "w" else len(whole)
    for length in {0, 1, 10, 100, 511, 512, 513, end - 1, *range(0, end, 97)}:
        archive.write_bytes(whole[:length])
        with pytest.raises(UnreadableTarballError, match=f"as a tarball with mode '{MODES[mode]}'"):
            extract_tarfile(archive, MODES[mode])
        assert not list(workspace.iterdir())


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_damaged_byte_is_noticed_or_does_no_harm(
    mode: str, tmp_path: Path, workspace: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "f").write_text("some text")
    archive = tmp_path / "packed"
    write_tarball(source, archive, mode)
    whole = archive.read_bytes()
    refused = 0
    for place in range(len(whole)):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0b100]) + whole[place + 1 :])
        try:
            extract_tarfile(archive, MODES[mode])
        except UnreadableTarballError:
            refused += 1
            assert not list(workspace.iterdir())
            continue
        assert _read(workspace) == {"source": None, "source/f": b"some text"}
        (workspace / "source" / "f").unlink()
        (workspace / "source").rmdir()
    # All but a few bytes of the heads, such as the time and the operating system.
    assert refused > 0.9 * len(whole)


def test_a_damaged_member_is_not_taken_for_the_end(
    source: Path, tmp_path: Path, workspace: Path
) -> None:
    archive = tmp_path / "packed"
    write_tarball(source, archive, "w")
    content = bytearray(archive.read_bytes())
    head = content.index(b"source/b/up")
    content[head] ^= 1
    archive.write_bytes(content)
    with pytest.raises(UnreadableTarballError, match="cut off or damaged after its last readable"):
        extract_tarfile(archive, "r:")
    assert not list(workspace.iterdir())


@pytest.mark.parametrize("read_mode", READ_MODES)
def test_a_file_that_is_no_tarball_is_refused(
    read_mode: str, tmp_path: Path, workspace: Path
) -> None:
    path = tmp_path / "text.tgz"
    path.write_text("not a tarball")
    with pytest.raises(UnreadableTarballError, match=f"with mode '{read_mode}'".replace("*", ".")):
        extract_tarfile(path, read_mode)
    assert not list(workspace.iterdir())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("read_mode", MODES.values())
def test_a_tarball_is_read_in_the_mode_in_which_it_was_written_only(
    mode: str, read_mode: str, source: Path, tmp_path: Path, workspace: Path
) -> None:
    archive = tmp_path / "packed"
    write_tarball(source, archive, mode)
    if MODES[mode] == read_mode:
        extract_tarfile(archive, read_mode)
        assert list(workspace.iterdir())
        return
    with pytest.raises(UnreadableTarballError, match="name the mode in which it was written"):
        extract_tarfile(archive, read_mode)
    assert not list(workspace.iterdir())


@pytest.mark.parametrize("mode", ["w", "w:gz", "a", "gz", "r|gz", ""])
def test_an_unknown_mode_is_refused_with_those_known(mode: str, pack: Pack) -> None:
    with pytest.raises(UnsupportedTarballModeError) as caught:
        extract_tarfile(pack(), mode)
    assert str(caught.value) == (
        f"no mode to read a tarball named '{mode}'; known: r, r:, r:*, r:bz2, r:gz, r:xz"
    )


def test_a_tarball_that_is_not_there_is_named_with_the_working_directory(workspace: Path) -> None:
    (workspace / "folder").mkdir()
    for name in ("missing.tgz", "folder"):
        with pytest.raises(SourceNotFoundError) as caught:
            extract_tarfile(name)
        assert str(caught.value) == f"there is no tarball '{name}' in '{workspace}'"


def test_folders_are_made_with_their_parents(workspace: Path) -> None:
    make_directories(["a/b/c", workspace / "d"])
    assert (workspace / "a" / "b" / "c").is_dir()
    assert (workspace / "d").is_dir()


def test_folders_that_are_there_are_left_as_they_are(workspace: Path) -> None:
    (workspace / "a").mkdir()
    (workspace / "a" / "f").write_text("text")
    make_directories(["a", "a"])
    assert _read(workspace) == {"a": None, "a/f": b"text"}


@pytest.mark.parametrize("kind", [str, Path])
def test_a_single_folder_is_no_list_of_letters(workspace: Path, kind: Any) -> None:
    make_directories(kind("abc/def"))
    assert _read(workspace) == {"abc": None, "abc/def": None}


def test_folders_may_come_from_a_generator(workspace: Path) -> None:
    make_directories(name for name in "ab")
    assert _read(workspace) == {"a": None, "b": None}


def test_no_folders_are_no_error(workspace: Path) -> None:
    make_directories([])
    assert not list(workspace.iterdir())


@pytest.mark.parametrize("name", ["file", "file/below", "file/far/below"])
def test_a_file_in_the_way_is_an_error_that_names_the_folder(workspace: Path, name: str) -> None:
    (workspace / "file").write_text("text")
    with pytest.raises(FileInTheWayError, match=f"the folder '{name}' cannot be made"):
        make_directories(["fine", name])
    assert _read(workspace) == {"fine": None, "file": b"text"}


def test_the_tasks_are_registered(workspace: Path) -> None:
    tasks = ["extract_tarfile", "hash_directory", "make_directories"]
    assert pyplugs.funcs("dioptra_builtins.artifacts", "utils") == tasks
    pyplugs.call("dioptra_builtins.artifacts", "utils", "make_directories", dirs=["a"])
    assert _read(workspace) == {"a": None}


def test_a_folder_is_hashed_by_its_content(source: Path, tmp_path: Path) -> None:
    assert hash_directory(str(source)) == hash_folder(source)
    with pytest.raises(SourceNotFoundError, match="nowhere"):
        hash_directory(tmp_path / "nowhere")
