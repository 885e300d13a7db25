# SPDX-License-Identifier: Apache-2.0
"""An empty database of Prefect: ``python -m dioptra.entrypoint.database [FILE]`` makes it.

The first server in a folder spends most of its start on the migrations of a new database. They
always end in the same empty tables, so an environment keeps these for all folders, as it keeps
bytecode. Without them, or with those of another version of Prefect, they are made for the folder.
"""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

NAME = "prefect.db"


def find_template(library: str = "prefect") -> Path:
    """Say where the environment keeps the empty database of its version of a library.

    Args:
        library: ``"prefect"``, or ``"mlflow"``, whose database the suite makes.

    Returns:
        The file, which need not be there.
    """
    return Path(sys.prefix, "share", "dioptra", f"{library}-{version(library)}.db")


def make_template(target: Path) -> None:
    """Make an empty database, in a process that does not use Prefect yet.

    Args:
        target: The file, which is replaced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as home:
        # Prefect reads it when it is imported, and makes files there.
        os.environ["PREFECT_HOME"] = home
        from prefect.server.database import provide_database_interface
        from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, temporary_settings

        url = f"sqlite+aiosqlite:///{home}/{NAME}"
        with temporary_settings({PREFECT_API_DATABASE_CONNECTION_URL: url}):
            asyncio.run(provide_database_interface().create_db())
        whole = Path(home, "whole.db")
        with closing(sqlite3.connect(Path(home, NAME))) as database:
            # One file, also of what the write-ahead log still holds.
            database.execute("VACUUM INTO ?", [str(whole)])
        whole.replace(target)


def lay_out(home: Path) -> None:
    """Put an empty database where a server with this home keeps its own, if none is there.

    Prefect would make it in place: of two servers that do so at once, one fails. So it is made
    aside, under a lock that ends with its process, and put there as a whole.

    Args:
        home: The folder that ``PREFECT_HOME`` names.

    Raises:
        OSError: The folder cannot be written to.
        subprocess.CalledProcessError: Prefect cannot make a database there.
    """
    from filelock import FileLock

    target = home / NAME
    if target.exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    lock = home / f".{NAME}.lock"
    with FileLock(lock), TemporaryDirectory(dir=home) as folder:
        if not target.exists():
            _put(Path(folder, NAME), target)
        # Whoever waits for it, or makes a new one, finds the database there.
        lock.unlink(missing_ok=True)


def _put(new: Path, target: Path) -> None:
    try:
        shutil.copyfile(find_template(), new)
    except FileNotFoundError:
        # By a process of its own: it must not know the home of this one.
        command = [sys.executable, "-m", "dioptra.entrypoint.database", str(new)]
        subprocess.run(command, check=True)  # noqa: S603 - the command is this module's own
    try:
        os.link(new, target)
    except FileExistsError:
        # Another program was quicker, and goes on with its own.
        return
    except OSError:
        # Not every file system knows links.
        new.rename(target)


if __name__ == "__main__":
    make_template(Path(sys.argv[1]) if sys.argv[1:] else find_template())
