# SPDX-License-Identifier: Apache-2.0
"""Tarballs out, folders in."""

from collections.abc import Iterable
from pathlib import Path

from dioptra import pyplugs
from dioptra.sdk.hashing import hash_folder
from dioptra_builtins.artifacts._members import check_members
from dioptra_builtins.artifacts._tarballs import read_members
from dioptra_builtins.artifacts._tarfile import tarfile
from dioptra_builtins.artifacts.exceptions import (
    FileInTheWayError,
    SourceNotFoundError,
    UnsupportedTarballModeError,
)

READ_MODES = ("r", "r:*", "r:", "r:gz", "r:bz2", "r:xz")


@pyplugs.register
def extract_tarfile(filepath: str | Path, tarball_read_mode: str = "r:gz") -> None:
    """Unpack a tarball into the working directory, if all of it can be read and trusted.

    Args:
        filepath: The tarball.
        tarball_read_mode: ``"r:gz"``, ``"r:bz2"``, ``"r:xz"``, ``"r:"`` for one that is not
            compressed, or ``"r"`` or ``"r:*"`` for any.

    Raises:
        SourceNotFoundError: There is no such file.
        UnsupportedTarballModeError: There is no such mode.
        UnreadableTarballError: The file is no tarball of this mode, or not the whole of one;
            nothing was written.
        UnsafeArchiveError: A member is a device, or it or a link would leave the working directory;
            nothing was written.
    """
    from tqdm import tqdm

    archive, destination = Path(filepath), Path.cwd()
    if tarball_read_mode not in READ_MODES:
        raise UnsupportedTarballModeError("read", tarball_read_mode, READ_MODES)
    if not archive.is_file():
        raise SourceNotFoundError(f"there is no tarball {str(filepath)!r} in {str(destination)!r}")
    members = read_members(archive, tarball_read_mode)
    check_members(members, archive, destination)
    # With level 2 a link that cannot be made is an error instead of being passed over.
    with tarfile.open(archive, tarball_read_mode, errorlevel=2) as tarball:  # type: ignore[call-overload]
        shown = tqdm(members, "unpack", unit="file", delay=2, disable=None, leave=False)
        tarball.extractall(destination, shown, filter="data")


@pyplugs.register
def hash_directory(source_dir: str | Path) -> str:
    """Hash the names and contents of all files of a folder.

    Args:
        source_dir: The folder.

    Returns:
        SHA-256 in 64 hexadecimal digits; the same for the same files below another folder.

    Raises:
        SourceNotFoundError: ``source_dir`` is not a folder.
    """
    if not Path(source_dir).is_dir():
        raise SourceNotFoundError(f"there is no folder {str(source_dir)!r}")
    return hash_folder(source_dir)


@pyplugs.register
def make_directories(dirs: Iterable[str | Path]) -> None:
    """Make folders, with their parents, where there are none.

    Args:
        dirs: The folders, or a single one.

    Raises:
        FileInTheWayError: A folder or a parent of it is a file.
    """
    for folder in [dirs] if isinstance(dirs, str | Path) else dirs:
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise FileInTheWayError(
                f"the folder {str(folder)!r} cannot be made, as it or a parent of it is a file; "
                "remove the file or name another folder"
            ) from error
