# SPDX-License-Identifier: Apache-2.0
"""One process at a time at a sweep: two would run its points twice."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from platform import node

from filelock import FileLock, Timeout

from dioptra.sdk.exceptions import SweepError

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Have a sweep's folder to oneself; the lock ends with its process, be that killed.

    Args:
        folder: The folder of the sweep; made where it is not there.

    Yields:
        Nothing.

    Raises:
        SweepError: Another process has it.
    """
    path = folder / LOCK
    try:
        held = FileLock(path, timeout=0, on_acquired=_sign).acquire()
    except Timeout as error:
        holder = path.read_text(encoding="utf-8").strip()
        raise SweepError(
            f"process {holder} is running the sweep in {str(folder)!r}; wait until it has ended, "
            "or give this one another name"
        ) from error
    with held:
        yield


def _sign(descriptor: int) -> None:
    # On a shared file system, the process may be another machine's.
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()} on {node()}\n".encode())
