# SPDX-License-Identifier: Apache-2.0
"""A new SQLite database of MLflow, whole or not at all: ``python -m dioptra_builtins._store``.

MLflow makes one in place, by some fifty migrations that take seconds. Of two processes that do so
at once, one fails; where one is killed, no later one can go on. So it is made aside, under a lock.
The migrations always end in the same empty tables: the command keeps these for all workspaces of an
environment, as bytecode is kept. Without them, or with those of another version, MLflow migrates.
"""

import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from dioptra.entrypoint.database import find_template
from dioptra.sdk.exceptions import StoreError

# In seconds: how long a process waits for another, and how long MLflow, which no lock of ours
# holds, may take for one of its migrations on a machine that is busy.
PATIENCE = 300
PAUSE = 10
FIRST_ROWS = {
    "experiments": "SELECT 1 FROM experiments LIMIT 1",
    "registered_models": "SELECT 1 FROM registered_models LIMIT 1",
}
# What SQLite keeps beside a database. A journal that outlives its database would be rolled back
# into the next one of that name, so these are moved first.
COMPANIONS = ("-journal", "-wal", "-shm")


def make_store() -> None:
    """Make MLflow's tracking store and registry where they are SQLite files that are not there.

    What a killed process has left half made, holding no experiment and no model, is moved aside.
    Stores on servers, and those that hold anything, are left alone.

    Raises:
        StoreError: The file cannot be read or made, or another process has been making it for too
            long.
    """
    from sqlalchemy.exc import SQLAlchemyError

    for file in _find_files():
        try:
            left = any(path.exists() for path in (_name_lock(file), _name_aside(file)))
            if left or not _holds_anything(file):
                _make_alone(file)
        except (OSError, sqlite3.Error, SQLAlchemyError) as error:
            raise StoreError(
                f"MLflow's store {str(file)!r} cannot be made or read: {error}; make its folder "
                "writable, move away what is no SQLite database of MLflow, or name another store "
                "by MLFLOW_TRACKING_URI"
            ) from error


def make_template(target: Path) -> None:
    """Make an empty database.

    Args:
        target: The file, which is replaced.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        new, template = Path(folder, "new.db"), Path(folder, "template.db")
        _migrate(new)
        with closing(sqlite3.connect(new)) as database:
            # Its folder of artifacts is that of this process.
            database.execute("DELETE FROM experiments")
            database.commit()
            database.execute("VACUUM INTO ?", [str(template)])
        template.replace(target)


def _find_files() -> set[Path]:
    import mlflow
    from sqlalchemy.engine import make_url

    uris = (mlflow.get_tracking_uri(), mlflow.get_registry_uri())
    databases = [make_url(uri).database for uri in uris if uri.startswith("sqlite")]
    return {Path(name) for name in databases if name and not name.startswith((":", "file:"))}


def _name_lock(file: Path) -> Path:
    return file.with_name(f".{file.name}.lock")


def _name_aside(file: Path) -> Path:
    return file.with_name(f".{file.name}.new")


def _holds_anything(file: Path) -> bool:
    if not file.exists():
        return False
    with closing(_open(file)) as database:
        tables = _list_tables(database)
        # MLflow puts its first experiment in when all migrations are done.
        queries = [query for table, query in FIRST_ROWS.items() if table in tables]
        return any(database.execute(query).fetchone() for query in queries)


def _open(file: Path) -> sqlite3.Connection:
    # Writable, so that SQLite undoes what a killed process has left unfinished.
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=60)


def _list_tables(database: sqlite3.Connection) -> set[str]:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in found}


def _make_alone(file: Path) -> None:
    from filelock import FileLock, Timeout

    file.parent.mkdir(parents=True, exist_ok=True)
    lock = _name_lock(file)
    try:
        # It ends with its process, be that killed.
        with FileLock(lock, timeout=PATIENCE):
            _make(file)
            # Whoever waits for it, or makes a new one, finds the database there.
            lock.unlink(missing_ok=True)
    except Timeout as error:
        raise StoreError(
            f"another process has been making MLflow's store {str(file)!r} for {PATIENCE} seconds; "
            f"end it, or remove {str(lock)!r} if there is none"
        ) from error


def _make(file: Path) -> None:
    aside = _name_aside(file)
    # A process that was killed has left it; none is making it, as this one has the lock.
    shutil.rmtree(aside, ignore_errors=True)
    _wait_for_other_programs(file)
    if _holds_anything(file):
        return
    aside.mkdir()
    try:
        new = aside / file.name
        with suppress(FileNotFoundError):
            shutil.copyfile(find_template("mlflow"), new)
        _migrate(new)
        if not _can_be_used(file, new):
            _move_aside(file)
            _link(new, file)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _wait_for_other_programs(file: Path) -> None:
    end = time.monotonic() + PATIENCE
    while file.exists() and not _holds_anything(file) and time.monotonic() < end:
        # `mlflow ui` may be making it in place just now.
        if abs(time.time() - file.stat().st_mtime) > PAUSE:
            return
        time.sleep(0.1)


def _migrate(file: Path) -> None:
    from mlflow.store.tracking import DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    store = SqlAlchemyStore(f"sqlite:///{file}", DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH)
    store.engine.dispose()


def _can_be_used(file: Path, new: Path) -> bool:
    if not file.exists():
        return False
    with closing(_open(file)) as database, closing(_open(new)) as made:
        tables = _list_tables(database)
        if "experiments" not in tables:
            # Without any, it is a file that SQLite has just opened; others are not MLflow's.
            return bool(tables)
        return tables >= _list_tables(made) and _get_version(database) == _get_version(made)


def _get_version(database: sqlite3.Connection) -> list[tuple[str]]:
    return database.execute("SELECT version_num FROM alembic_version").fetchall()


def _move_aside(file: Path) -> None:
    numbers = (f"{file}.half-made{number or ''}" for number in range(sys.maxsize))
    target = next(name for name in numbers if not Path(name).exists())
    if file.exists() and file.stat().st_size:
        sys.stderr.write(
            f"warning: MLflow's store {str(file)!r} was left half made, without any run, by a "
            f"process that was killed; it is now {target!r}, which can go, and a new one is made\n"
        )
    for companion in (*COMPANIONS, ""):
        with suppress(FileNotFoundError):
            Path(f"{file}{companion}").rename(f"{target}{companion}")


def _link(new: Path, file: Path) -> None:
    try:
        os.link(new, file)
    except FileExistsError:
        # Another program was quicker, which may not have ended.
        _wait_for_other_programs(file)
    except OSError:
        # Not every file system knows links.
        new.rename(file)


if __name__ == "__main__":
    make_template(Path(sys.argv[1]) if sys.argv[1:] else find_template("mlflow"))
