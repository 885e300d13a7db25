import tarfile
from pathlib import Path

import pytest

from dioptra.sdk.exceptions import UnsafeArchiveError
from dioptra_builtins.artifacts._members import check_members


def _file(name: str) -> tarfile.TarInfo:
    return tarfile.TarInfo(name)


def _link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def _hard(name: str, target: str) -> tarfile.TarInfo:
    return _link(name, target, tarfile.LNKTYPE)


def _special(kind: bytes) -> tarfile.TarInfo:
    return _link("special", "", kind)


@pytest.mark.parametrize(
    "members",
    [
        [],
        [_file("a"), _file("b/c"), _file("./d"), _file("..e"), _file("f..")],
        [_file("a/f"), _link("a/l", "f")],
        [_file("a/f"), _link("b/c/l", "../../a/f")],
        [_link("l", "nowhere")],
        [_link("l", ".")],
        [_link("a/l", "..")],
        [_file("f"), _hard("h", "f")],
        [_file("./a/f"), _hard("a/h", "a//f")],
    ],
)
def test_members_that_stay_inside_pass(members: list[tarfile.TarInfo], tmp_path: Path) -> None:
    check_members(members, "x.tar", tmp_path)


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (_file("/etc/passwd"), "its path is absolute"),
        (_file("//etc/passwd"), "its path is absolute"),
        (_file("../f"), "its path goes up by '..'"),
        (_file("a/../../f"), "its path goes up by '..'"),
        (_file("a/../f"), "its path goes up by '..'"),
        (_link("l", ".."), "would link to"),
        (_link("a/l", "../../f"), "would link to"),
        (_link("l", "/etc/passwd"), "link to an absolute path"),
        (_hard("h", "../f"), "it links to '../f', which is no file before it"),
        (_hard("h", "/etc/passwd"), "which is no file before it in the archive"),
        (_hard("h", "later"), "which is no file before it in the archive"),
        (_special(tarfile.CHRTYPE), "special file"),
        (_special(tarfile.BLKTYPE), "special file"),
        (_special(tarfile.FIFOTYPE), "special file"),
    ],
)
def test_members_that_leave_are_refused(
    member: tarfile.TarInfo, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UnsafeArchiveError) as caught:
        check_members([_file("fine"), member], Path("x.tar"), tmp_path)
    message = str(caught.value)
    assert message.startswith(f"'x.tar' holds {member.name!r}, which must not be unpacked: ")
    assert reason in message
    assert message.endswith("; nothing was written")


@pytest.mark.parametrize(
    ("members", "followed"),
    [
        ([_link("l", "d"), _file("l/f")], "'l/f' follows the link 'l'"),
        ([_file("l/f"), _link("./l", "d")], "'l/f' follows the link 'l'"),
        ([_link("l", "d"), _file("l/a/b/f")], "'l/a/b/f' follows the link 'l'"),
        ([_link("l", "d"), _link("m", "l/f")], "'l/f' follows the link 'l'"),
        ([_link("l", "d"), _link("b/m", "../l/f")], "'b/../l/f' follows the link 'b/../l'"),
        ([_link("d/l", ".."), _link("m", "d/l/..")], "'d/l/..' follows the link 'd/l'"),
        ([_link("l", "d"), _file("l/f"), _hard("h", "l/f")], "'l/f' follows the link 'l'"),
    ],
)
def test_paths_through_links_of_the_archive_are_refused(
    members: list[tarfile.TarInfo], followed: str, tmp_path: Path
) -> None:
    with pytest.raises(UnsafeArchiveError) as caught:
        check_members(members, "x.tar", tmp_path)
    assert f"{followed} of the same archive" in str(caught.value)


def test_a_hard_link_comes_after_the_file_that_it_links_to(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArchiveError, match="'f', which is no file before it"):
        check_members([_hard("h", "f"), _file("f")], "x.tar", tmp_path)


def test_members_below_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArchiveError, match="'a/b' lies below 'a', a file of the same"):
        check_members([_file("a"), _file("a/b")], "x.tar", tmp_path)


def test_paths_through_links_on_the_disk_are_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "out").symlink_to(tmp_path)
    with pytest.raises(UnsafeArchiveError, match="outside the destination"):
        check_members([_file("out/f")], "x.tar", inside)


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeArchiveError, match="null"):
        check_members([_file("a\0b")], "x.tar", tmp_path)
