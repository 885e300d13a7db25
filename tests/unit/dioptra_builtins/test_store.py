import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from filelock import FileLock

from dioptra.entrypoint.database import find_template
from dioptra.sdk.exceptions import StoreError
from dioptra_builtins import _store
from dioptra_builtins._store import make_store, make_template

RUN = """
import os, sys, time
from pathlib import Path

log = os.open(workspace + "/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.dup2(log, 2)
os.environ["DIOPTRA_WORKSPACE"] = workspace
os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{workspace}/mlflow.db"
os.chdir(workspace)
sys.prefix = prefix
from dioptra_builtins.tracking.mlflow import log_metrics, start_run

Path("ready" + name).touch()
while not Path("go").exists():
    time.sleep(0.001)
with start_run("first runs", name):
    log_metrics({"accuracy": 0.5})
Path("done" + name).touch()
"""
PRELOADED = ["mlflow.store.tracking.sqlalchemy_store", "dioptra_builtins.tracking.mlflow"]

Start = Callable[..., BaseProcess]


@pytest.fixture
def database(workspace: Path) -> Path:
    """Where the store of the test's workspace is to be."""
    return workspace / "mlflow.db"


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Path) -> Path:
    """A template of the test's own, so that making a store takes no migrations."""
    monkeypatch.setattr("sys.prefix", str(tmp_path / "environment"))
    path = find_template("mlflow")
    path.parent.mkdir(parents=True)
    path.write_bytes(made.read_bytes())
    return path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once by all migrations, where an environment keeps it."""
    prefix = tmp_path_factory.mktemp("environment")
    target = prefix / find_template("mlflow").relative_to(sys.prefix)
    make_template(target)
    return target


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a run, in a process that need not import anything, in a workspace of its own."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    started: list[BaseProcess] = []

    def start(
        workspace: Path, name: str = "a", *, go: bool = True, template: Path | None = None
    ) -> BaseProcess:
        prefix = str(template.parents[2] if template else workspace)
        names = {"workspace": str(workspace), "name": name, "prefix": prefix}
        if go:
            (workspace / "go").touch()
        process = context.Process(target=exec, args=(RUN, names))
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


def query(file: Path, text: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(text).fetchall()


def leave_half_made(file: Path) -> None:
    """As MLflow leaves it where it is killed after its first step."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE experiments (experiment_id INTEGER)")
    age(file)


def age(file: Path) -> None:
    os.utime(file, (time.time() - 60,) * 2)


def identify(file: Path) -> tuple[int, int]:
    return file.stat().st_ino, file.stat().st_mtime_ns


def list_names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def open_by_mlflow(file: Path) -> list[str]:
    from mlflow.tracking import MlflowClient

    return [found.name for found in MlflowClient(f"sqlite:///{file}").search_experiments()]


def wait_until(condition: Callable[[], bool], process: BaseProcess) -> None:
    while not condition() and process.is_alive():
        time.sleep(0.001)


def let_go(workspace: Path, *processes: BaseProcess) -> None:
    wait_until(lambda: len(list(workspace.glob("ready*"))) == len(processes), processes[0])
    (workspace / "go").touch()


def kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def finish(workspace: Path, *processes: BaseProcess) -> None:
    """Wait for runs to end well, in a workspace that then holds a whole store and nothing else."""
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(processes), (
        workspace / "log"
    ).read_text()[-2000:]
    assert open_by_mlflow(workspace / "mlflow.db") == ["first runs", "Default"]
    ended = query(workspace / "mlflow.db", "SELECT name FROM runs WHERE status = 'FINISHED'")
    assert len(ended) >= len(processes)
    assert {name for name in list_names(workspace) if name.startswith((".", "mlflow"))} == {
        "mlflow.db"
    }


@pytest.mark.usefixtures("template")
def test_a_store_is_made_whole_with_nothing_beside_it(database: Path) -> None:
    make_store()
    assert list_names(database.parent) == {"mlflow.db"}
    assert query(database, "SELECT name FROM experiments") == [("Default",)]
    assert open_by_mlflow(database) == ["Default"]


@pytest.mark.usefixtures("template")
def test_a_template_saves_the_migrations(monkeypatch: pytest.MonkeyPatch, database: Path) -> None:
    monkeypatch.delattr("mlflow.store.db.utils._initialize_tables")
    make_store()
    assert database.exists()


def test_without_a_template_mlflow_migrates(
    template: Path, made: Path, monkeypatch: pytest.MonkeyPatch, database: Path
) -> None:
    template.unlink()
    monkeypatch.setattr(_store, "_migrate", lambda file: file.write_bytes(made.read_bytes()))
    make_store()
    assert database.read_bytes() == made.read_bytes()


def test_a_template_holds_the_tables_and_no_experiment(made: Path) -> None:
    assert query(made, "SELECT count(*) FROM alembic_version") == [(1,)]
    assert query(made, "SELECT count(*) FROM experiments") == [(0,)]
    assert list_names(made.parent) == {made.name}


@pytest.mark.usefixtures("template")
def test_a_store_that_holds_something_is_left_alone(database: Path) -> None:
    make_store()
    before = identify(database)
    make_store()
    assert identify(database) == before


def test_a_whole_store_that_holds_nothing_yet_is_left_alone(template: Path, database: Path) -> None:
    database.write_bytes(template.read_bytes())
    age(database)
    before = identify(database)
    make_store()
    assert identify(database) == before


@pytest.mark.usefixtures("template")
def test_a_half_made_store_is_kept_aside_and_said(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leave_half_made(database)
    before = database.read_bytes()
    make_store()
    assert database.with_name("mlflow.db.half-made").read_bytes() == before
    assert open_by_mlflow(database) == ["Default"]
    assert capsys.readouterr().err.startswith(f"warning: MLflow's store '{database}' was left hal")


@pytest.mark.usefixtures("template")
def test_half_made_stores_do_not_replace_each_other(database: Path) -> None:
    for _ in range(2):
        leave_half_made(database)
        make_store()
        database.unlink()
    assert list_names(database.parent) == {"mlflow.db.half-made", "mlflow.db.half-made1"}


@pytest.mark.usefixtures("template")
def test_an_empty_file_is_replaced_without_a_word(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database.touch()
    age(database)
    make_store()
    assert open_by_mlflow(database) == ["Default"]
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("template")
def test_the_journal_of_a_store_that_is_gone_is_not_rolled_back_into_the_new_one(
    database: Path,
) -> None:
    database.with_name("mlflow.db-journal").write_text("left")
    make_store()
    assert list_names(database.parent) == {"mlflow.db", "mlflow.db.half-made-journal"}


@pytest.mark.usefixtures("template")
def test_what_a_killed_process_has_left_aside_is_removed(database: Path) -> None:
    aside = database.with_name(".mlflow.db.new")
    aside.mkdir()
    (aside / "mlflow.db").write_text("half of it")
    make_store()
    assert list_names(database.parent) == {"mlflow.db"}


@pytest.mark.usefixtures("template")
def test_what_was_killed_when_its_store_was_whole_is_cleaned_up_after(database: Path) -> None:
    make_store()
    before = identify(database)
    database.with_name(".mlflow.db.new").mkdir()
    database.with_name(".mlflow.db.lock").touch()
    make_store()
    assert list_names(database.parent) == {"mlflow.db"}
    assert identify(database) == before


@pytest.mark.usefixtures("template")
def test_the_database_of_another_program_is_left_alone(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE flow_run (id)")
    age(database)
    before = database.read_bytes()
    make_store()
    assert database.read_bytes() == before


def test_a_store_that_mlflow_itself_is_making_is_waited_for(
    template: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_half_made(database)
    os.utime(database)

    def finish_it(_: float) -> None:
        database.write_bytes(template.read_bytes())
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("INSERT INTO experiments (name, workspace) VALUES ('theirs', 'x')")
            connection.commit()

    monkeypatch.setattr("time.sleep", finish_it)
    make_store()
    assert query(database, "SELECT name FROM experiments") == [("theirs",)]
    assert list_names(database.parent) == {"mlflow.db"}


@pytest.mark.usefixtures("template")
def test_a_program_that_was_quicker_keeps_its_store(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def be_late(new: Path, file: Path) -> None:
        link(new, file)
        link(new, file)

    monkeypatch.setattr("os.link", be_late)
    make_store()
    assert open_by_mlflow(database) == ["Default"]
    assert list_names(database.parent) == {"mlflow.db"}


@pytest.mark.usefixtures("template")
def test_a_file_system_without_links_gets_its_store_too(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refuse)
    make_store()
    assert open_by_mlflow(database) == ["Default"]
    assert list_names(database.parent) == {"mlflow.db"}


def test_a_file_that_is_no_database_is_refused(database: Path) -> None:
    database.write_text("some notes" * 200)
    with pytest.raises(StoreError, match=r"mlflow\.db' cannot be made or read: file is not a dat"):
        make_store()
    assert database.read_text().startswith("some notes")


def test_a_folder_that_cannot_be_made_is_named(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "file").touch()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{workspace}/file/mlflow.db")
    with pytest.raises(StoreError, match=r"file/mlflow\.db' cannot be made or read: .*File exists"):
        make_store()


def test_the_wait_for_another_process_has_an_end(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_store, "PATIENCE", 0.1)
    lock = database.with_name(".mlflow.db.lock")
    message = rf"another process has been making .*mlflow\.db' for 0\.1 seconds; .*{lock.name}"
    with FileLock(lock), pytest.raises(StoreError, match=message):
        make_store()


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "sqlite:///:memory:", "sqlite://"])
def test_stores_that_are_no_files_are_left_alone(
    uri: str, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    make_store()
    assert list_names(workspace) == set()


@pytest.mark.usefixtures("template")
def test_a_registry_in_a_file_of_its_own_is_made_too(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "sqlite:///deep/models.db")
    make_store()
    assert open_by_mlflow(workspace / "deep" / "models.db") == ["Default"]


def test_runs_that_make_a_store_at_once_all_end_well(workspace: Path, start: Start) -> None:
    runs = [start(workspace, name, go=False) for name in "abc"]
    let_go(workspace, *runs)
    finish(workspace, *runs)


@pytest.mark.parametrize("size", [0, 200_000])
def test_a_run_that_is_killed_while_it_makes_the_store_leaves_none(
    size: int, workspace: Path, start: Start, made: Path
) -> None:
    new = workspace / ".mlflow.db.new" / "mlflow.db"
    run = start(workspace)
    wait_until(lambda: new.exists() and new.stat().st_size >= size, run)
    kill(run)
    assert not (workspace / "mlflow.db").exists()
    finish(workspace, start(workspace, template=made))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_of_fifty_first_runs_killed_at_any_moment_none_breaks_its_workspace(
    tmp_path: Path, start: Start, made: Path
) -> None:
    draw = random.Random(1)  # noqa: S311 - no secret
    for name in "ab":
        # The first one waits for the imports of all.
        began = time.monotonic()
        (tmp_path / name).mkdir()
        finish(tmp_path / name, start(tmp_path / name))
        span = time.monotonic() - began
    killed = tried = 0
    while killed < 50:
        folder = tmp_path / str(tried)
        folder.mkdir()
        tried += 1
        run = start(folder)
        moment = draw.uniform(0, span)
        time.sleep(moment)
        kill(run)
        if run.exitcode == -signal.SIGKILL:
            killed += 1
        else:
            # It had ended before; so much later there is nothing to kill.
            span = moment
        finish(folder, start(folder, template=made))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_twenty_pairs_of_first_runs_at_once_all_end_well(tmp_path: Path, start: Start) -> None:
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        runs = [start(folder, name, go=False) for name in "ab"]
        let_go(folder, *runs)
        finish(folder, *runs)
