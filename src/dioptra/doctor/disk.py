# SPDX-License-Identifier: Apache-2.0
"""The free space on disk."""

import shutil
from pathlib import Path

from dioptra.doctor.finding import Finding, Status

GIB = 1 << 30
# The images take 4 GiB, their builds as much again; then there are the data and the results.
LEAST = 5
ENOUGH = 15


def check_disk(name: str, folder: Path, remedy: str) -> Finding:
    """Check that there is space on the disk of a folder.

    Args:
        name: What the folder holds.
        folder: The folder.
        remedy: How to make space.

    Returns:
        The finding.
    """
    try:
        free = shutil.disk_usage(folder).free / GIB
    except OSError as error:
        return Finding(
            name, Status.WARN, f"{folder} cannot be read ({error.strerror})", "check the folder"
        )
    text = f"{free:.1f} GiB free in {folder}"
    if free >= ENOUGH:
        return Finding(name, Status.OK, text)
    status, wanted = (Status.FAIL, LEAST) if free < LEAST else (Status.WARN, ENOUGH)
    return Finding(name, status, f"{text}, less than {wanted}", remedy)


def docker_folder(root: str) -> Path:
    """Give the folder whose disk fills as Docker's does.

    Args:
        root: Docker's own folder, as its engine names it; empty if it does not.

    Returns:
        That folder, or ``/`` where this machine cannot see it.
    """
    try:
        return Path(root) if root and shutil.disk_usage(root) else Path("/")
    except OSError:
        return Path("/")
