# SPDX-License-Identifier: Apache-2.0
"""Which members of a tarball may be unpacked."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from posixpath import normpath

from dioptra.sdk.exceptions import UnsafeArchiveError
from dioptra_builtins.artifacts._tarfile import tarfile


def check_members(
    members: Sequence[tarfile.TarInfo], archive: str | Path, destination: Path
) -> None:
    """Refuse members that would leave the folder in which they are unpacked.

    Args:
        members: All members.
        archive: The tarball, or the folder of which one is made; named in the error.
        destination: The folder.

    Raises:
        UnsafeArchiveError: A member is a device, has an absolute path or one with ``..``, or is or
            follows a link that may lead out of the folder.
    """
    files: set[str] = set()
    links = {normpath(member.name) for member in members if member.issym()}
    for member in members:
        for reason in _complaints(member, files, links, destination):
            raise UnsafeArchiveError(
                f"{str(archive)!r} holds {member.name!r}, which must not be unpacked: {reason}; "
                "nothing was written"
            )
        if member.isfile() or member.islnk():
            files.add(normpath(member.name))


def _complaints(
    member: tarfile.TarInfo, files: set[str], links: set[str], destination: Path
) -> Iterator[str]:
    name = PurePosixPath(member.name)
    if name.is_absolute():
        yield "its path is absolute"
    if ".." in name.parts:
        yield "its path goes up by '..'"
    # A link that is linked to would lead elsewhere from its other place.
    if member.islnk() and normpath(member.linkname) not in files:
        yield f"it links to {member.linkname!r}, which is no file before it in the archive"
    try:
        tarfile.data_filter(member, str(destination))
    except (tarfile.FilterError, ValueError) as error:
        yield str(error)
    # Python's filter follows the links on the disk, where those of the archive are not yet.
    for path in (name, _target(member)):
        for parent in path.parents:
            if normpath(parent) in links:
                yield f"{str(path)!r} follows the link {str(parent)!r} of the same archive"
            if normpath(parent) in files:
                yield f"{str(path)!r} lies below {str(parent)!r}, a file of the same archive"


def _target(member: tarfile.TarInfo) -> PurePosixPath:
    name = PurePosixPath(member.name)
    if member.issym():
        return name.parent / member.linkname
    return PurePosixPath(member.linkname) if member.islnk() else name
