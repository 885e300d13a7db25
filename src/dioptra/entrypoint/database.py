# SPDX-License-Identifier: Apache-2.0
"""An empty database of Prefect: ``python -m dioptra.entrypoint.database [FILE]`` makes it.

The first server in a folder spends most of its start on the migrations of a new database. They
always end in the same empty tables, so an environment keeps these for all folders, as it keeps
bytecode. Without them, or with those of another version of Prefect, the server migrates by itself.
"""

import asyncio
import os
import shutil
import sqlite3
import sys
from contextlib import closing, suppress
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
    with TemporaryDirectory() as home:
        # Prefect reads it when it is imported, and makes files there.
        os.environ["PREFECT_HOME"] = home
        from prefect.server.database import provide_database_interface
        from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL, temporary_settings

        url = f"sqlite+aiosqlite:///{home}/{NAME}"
        with temporary_settings({PREFECT_API_DATABASE_CONNECTION_URL: url}):
            asyncio.run(provide_database_interface().create_db())
        target.unlink(missing_ok=True)
        with closing(sqlite3.connect(Path(home, NAME))) as database:
            # One file, also of what the write-ahead log still holds.
            database.execute("VACUUM INTO ?", [str(target)])


def lay_out(home: Path) -> None:
    """Put a copy where a server with this home keeps its database, if none is there.

    Args:
        home: The folder that ``PREFECT_HOME`` names.
    """
    template, target = find_template(), home / NAME
    if target.exists() or not template.exists():
        return
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home) as folder:
        copy = shutil.copyfile(template, Path(folder, NAME))
        # Whole or not at all. Where another server was first, or files cannot be linked, this one
        # goes on as it would without a template.
        with suppress(OSError):
            os.link(copy, target)


if __name__ == "__main__":
    make_template(Path(sys.argv[1]) if sys.argv[1:] else find_template())
