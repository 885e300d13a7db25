# SPDX-License-Identifier: Apache-2.0
"""SHA-256 of files, folders and JSON, each over content alone: no times, owners or places."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dioptra.sdk.exceptions import DatasetError
from dioptra.sdk.strays import is_stray


def hash_file(path: str | os.PathLike[str]) -> str:
    """Hash a file.

    Args:
        path: The file.

    Returns:
        SHA-256 in 64 hexadecimal digits.
    """
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_folder(folder: str | os.PathLike[str]) -> str:
    """Hash the names and contents of all files of a folder, those of its folders too.

    Links are followed. What is hidden or left by an operating system is passed over, as by what
    reads data sets (``dioptra.sdk.strays``).

    Args:
        folder: The folder.

    Returns:
        SHA-256 in 64 hexadecimal digits. It is the same for the same files below another folder.

    Raises:
        DatasetError: What it holds cannot be read as a whole: a dead link, a pipe, a file without
            the right to read it; it is named.
    """
    total = hashlib.sha256()
    try:
        for place, path in _walk(os.fspath(folder), "."):
            # Plain calls, as a data set has ten thousands of files: pathlib takes three times as
            # long.
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                content = hashlib.sha256(file.read()).hexdigest()
            total.update(os.fsencode(f"{place}\0{content}\n"))
    except OSError as error:
        raise DatasetError(
            f"cannot read {str(error.filename or folder)!r}: {error.strerror}; mend or remove it"
        ) from error
    return total.hexdigest()


def _walk(folder: str, place: str) -> Iterator[tuple[str, str]]:
    # Files before folders, both sorted by name; place is the path below the first folder.
    with os.scandir(folder) as found:
        entries = sorted(found, key=_name)
    folders = []
    for entry in entries:
        if is_stray(entry.name):
            continue
        if entry.is_dir():
            folders.append(entry)
        elif entry.is_file():
            yield f"{place}/{entry.name}", entry.path
        elif not os.path.exists(entry.path):  # noqa: PTH110 - a text
            raise DatasetError(f"{entry.path!r} is a link to a file that is not there; remove it")
        else:
            raise DatasetError(f"{entry.path!r} is a pipe, a socket or a device; remove it")
    for entry in folders:
        yield from _walk(entry.path, entry.name if place == "." else f"{place}/{entry.name}")


def _name(entry: "os.DirEntry[str]") -> str:
    return entry.name


def hash_json(value: Any) -> str:
    """Hash what can be written as JSON.

    Args:
        value: Dictionaries, lists, text, numbers, True, False and None.

    Returns:
        SHA-256 in 64 hexadecimal digits; the order of keys does not matter.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
