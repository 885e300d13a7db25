# SPDX-License-Identifier: Apache-2.0
"""SHA-256 of files, folders and JSON, each over content alone: no times, owners or places."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any


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

    Links are followed. What is hidden, with a dot before its name, is passed over, as by what reads
    data sets.

    Args:
        folder: The folder.

    Returns:
        SHA-256 in 64 hexadecimal digits. It is the same for the same files below another folder.
    """
    total = hashlib.sha256()
    for root, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        place = os.path.relpath(root, folder)
        for name in sorted(name for name in names if not name.startswith(".")):
            # Plain calls, as a data set has ten thousands of files: pathlib takes three times as
            # long.
            with open(os.path.join(root, name), "rb", buffering=0) as file:  # noqa: PTH118, PTH123
                content = hashlib.sha256(file.read()).hexdigest()
            total.update(os.fsencode(f"{place}/{name}\0{content}\n"))
    return total.hexdigest()


def hash_json(value: Any) -> str:
    """Hash what can be written as JSON.

    Args:
        value: Dictionaries, lists, text, numbers, True, False and None.

    Returns:
        SHA-256 in 64 hexadecimal digits; the order of keys does not matter.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
