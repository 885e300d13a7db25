# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with files that a run should keep or fetch."""

from collections.abc import Iterable

from dioptra.sdk.exceptions import DioptraError, UnknownNameError


class UnsupportedDataFrameFileFormatError(UnknownNameError):
    """A data frame cannot be written in this format."""

    def __init__(self, file_format: object, known: Iterable[str]) -> None:
        super().__init__("file format for data frames", file_format, known)


class UnsupportedTarballModeError(UnknownNameError):
    """A tarball cannot be read or written in this mode."""

    def __init__(self, purpose: str, mode: object, known: Iterable[str]) -> None:
        super().__init__(f"mode to {purpose} a tarball", mode, known)


class SourceNotFoundError(DioptraError, FileNotFoundError):
    """The file or folder to work on is not there."""


class FileInTheWayError(DioptraError, FileExistsError):
    """A folder cannot be made because of a file."""


class InvalidFileNameError(DioptraError, ValueError):
    """A name cannot be that of a new file in a working folder."""


class UnreadableTarballError(DioptraError, ValueError):
    """A file is no tarball of this mode, or not the whole of one."""
