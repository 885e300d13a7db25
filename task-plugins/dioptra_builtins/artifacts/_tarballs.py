# SPDX-License-Identifier: Apache-2.0
"""Tarballs whose bytes depend on their content alone, and that are read whole or not at all."""

import os
import stat
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from dioptra.sdk.exceptions import UnsafeArchiveError
from dioptra_builtins.artifacts._members import check_members
from dioptra_builtins.artifacts._tarfile import tarfile
from dioptra_builtins.artifacts.exceptions import UnreadableTarballError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

FILE_MODE = 0o644
FOLDER_MODE = 0o755
# Of 10,000 small images, which hardly compress, level 1 saves a tenth of the time; level 9 saves
# another 1 % of the bytes and takes half as long again.
GZIP_LEVEL = 6
# Every call of the compressor takes as long as to compress a small image.
GZIP_BUFFER = 2**20


def write_tarball(source: Path, target: Path, mode: str) -> None:
    """Write a folder and all below it to a tarball.

    Equal content gives equal bytes, wherever, whenever and by whomever it is written: members are
    sorted by name, of the owner 0, the time 0 and one of two modes. Links stay links.

    Args:
        source: The folder; members are below its base name.
        target: The tarball.
        mode: One of ``WRITERS``.

    Raises:
        UnsafeArchiveError: The folder holds what could not be unpacked: a link out of it or through
            another link, or what is neither a file nor a folder nor a link.
    """
    from tqdm import tqdm

    root = source.resolve()
    base = source.name if source.name not in ("", "..") else root.name
    paths = _list_files(root)
    members = [_make_member(path, base + path.removeprefix(paths[0])) for path in paths]
    # By their making, members without links stay inside; to check 10,000 takes a second.
    if any(member.issym() for member in members):
        check_members(members, source, root.parent)
    with (
        target.open("wb") as file,
        WRITERS[mode](file) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tarball,
        tqdm(total=len(paths), unit="file", delay=2, disable=None, leave=False) as progress,
    ):
        for path, member in zip(paths, members, strict=True):
            _add(tarball, path, member)
            progress.update()


def read_members(archive: Path, mode: str) -> list[tarfile.TarInfo]:
    """Read a tarball to its very end.

    Args:
        archive: The tarball.
        mode: The mode, of those of ``tarfile.open`` that read.

    Returns:
        All its members.

    Raises:
        UnreadableTarballError: The file is no tarball of this mode, or not the whole of one.
    """
    import lzma
    import zlib

    try:
        with tarfile.open(archive, mode) as tarball:  # type: ignore[call-overload]
            members: list[tarfile.TarInfo] = tarball.getmembers()
            # The module takes a damaged member, or none, for the end.
            tarball.fileobj.seek(tarball.offset)
            if tarball.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
                raise tarfile.ReadError("it is cut off or damaged after its last readable member")
            while tarball.fileobj.read(2**20):
                pass  # the check sum comes last
    except (tarfile.TarError, EOFError, OSError, ValueError, lzma.LZMAError, zlib.error) as error:
        raise UnreadableTarballError(
            f"{str(archive)!r} cannot be read as a tarball with mode {mode!r}: {error}; fetch it "
            "again, or name the mode in which it was written"
        ) from error
    return members


def _list_files(root: Path) -> list[str]:
    def refuse(error: OSError) -> NoReturn:
        raise error

    # As texts and not as paths, of which 10,000 take longer to make than the files to read.
    found = [
        f"{folder}/{name}"
        for folder, *names in os.walk(root, onerror=refuse)
        for name in chain(*names)
    ]
    return [str(root), *sorted(found)]


def _make_member(path: str, name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.mode = FILE_MODE
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        member.type, member.linkname = tarfile.SYMTYPE, str(Path(path).readlink())
    elif stat.S_ISDIR(status.st_mode):
        member.type, member.mode = tarfile.DIRTYPE, FOLDER_MODE
    elif stat.S_ISREG(status.st_mode):
        member.size = status.st_size
    else:
        raise UnsafeArchiveError(
            f"{path!r} cannot go into a tarball, being no file, folder or link; remove it"
        )
    return member


def _add(tarball: tarfile.TarFile, path: str, member: tarfile.TarInfo) -> None:
    if not member.isreg():
        tarball.addfile(member)
        return
    # A plain call: for 10,000 small files, pathlib and a buffer take a quarter of the time.
    with open(path, "rb", buffering=0) as content:  # noqa: PTH123
        tarball.addfile(member, content)


def _plain(file: IO[bytes]) -> "AbstractContextManager[Any]":
    from contextlib import nullcontext

    return nullcontext(file)


def _gzip(file: IO[bytes]) -> "AbstractContextManager[Any]":
    import gzip
    import io

    # Its header would otherwise hold the file's name and the time.
    packed = gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0)
    return io.BufferedWriter(packed, GZIP_BUFFER)


def _bz2(file: IO[bytes]) -> "AbstractContextManager[Any]":
    import bz2

    return bz2.BZ2File(file, "wb")


def _xz(file: IO[bytes]) -> "AbstractContextManager[Any]":
    import lzma

    return lzma.LZMAFile(file, "wb")


WRITERS: "dict[str, Callable[[IO[bytes]], AbstractContextManager[Any]]]" = {
    "w": _plain,
    "w:gz": _gzip,
    "w:bz2": _bz2,
    "w:xz": _xz,
}
