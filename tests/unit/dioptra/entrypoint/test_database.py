import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dioptra.entrypoint import database


def list_tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template of another environment."""
    monkeypatch.setattr("sys.prefix", str(tmp_path / "environment"))
    path = database.find_template()
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE flow_run (id)")
    return path


def test_a_home_without_a_database_gets_a_copy(tmp_path: Path, template: Path) -> None:
    database.lay_out(tmp_path / "new/home")
    assert list_tables(tmp_path / "new/home/prefect.db") == list_tables(template)
    assert [path.name for path in (tmp_path / "new/home").iterdir()] == ["prefect.db"]


@pytest.mark.usefixtures("template")
def test_a_database_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").write_text("mine")
    database.lay_out(tmp_path)
    assert (tmp_path / "prefect.db").read_text() == "mine"


def test_without_a_template_two_servers_at_once_make_one_database_in_one_file(
    tmp_path: Path, template: Path
) -> None:
    template.unlink()
    home = tmp_path / "home"
    code = (
        "import sys; from pathlib import Path; from dioptra.entrypoint.database import lay_out; "
        f"sys.prefix = {sys.prefix!r}; lay_out(Path({str(home)!r}))"
    )
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert {"flow_run", "work_pool", "alembic_version"} <= list_tables(home / "prefect.db")
    assert [path.name for path in home.iterdir()] == ["prefect.db"]


@pytest.mark.usefixtures("template")
def test_a_server_that_was_first_keeps_its_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copyfile = shutil.copyfile

    home = tmp_path / "home"

    def be_late(source: Path, copy: Path) -> Path:
        (home / "prefect.db").write_text("theirs")
        return copyfile(source, copy)

    monkeypatch.setattr("shutil.copyfile", be_late)
    database.lay_out(home)
    assert (home / "prefect.db").read_text() == "theirs"
    assert [path.name for path in home.iterdir()] == ["prefect.db"]
