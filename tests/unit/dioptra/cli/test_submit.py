import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import pytest

from dioptra import jobs
from dioptra.jobs import Job, outcome
from dioptra.jobs.pools import make_pool
from dioptra.jobs.prefect_api import prefect_client
from dioptra.sdk.exceptions import ServiceError

RunCommand = Callable[..., tuple[object, str, str]]

POOL = "submit-of-test"
JOB = Job(UUID(int=1), "brave-fox", "train", "cpu", "http://prefect.example/1", has_worker=True)
SUBMITTED = f"run   brave-fox\nid    {JOB.id}\npage  http://prefect.example/1\n"
FLOW = """
    from pathlib import Path

    from prefect import flow

    import tasks

    @flow
    def {name}(fail: bool = False) -> None:
        print(tasks.greet("{name}"))
        assert not fail, "out of luck"
"""


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """The calls of functions in the place of those that submit and follow."""
    made: list[tuple[object, ...]] = []

    def submit(*arguments: object) -> Job:
        made.append(arguments)
        return JOB

    def watch(_id: UUID, say: Callable[[str], object]) -> None:
        say("12:00:00  Completed")

    def show(_id: UUID) -> None:
        sys.stdout.write("MLflow  http://mlflow.example\n")

    monkeypatch.setattr(jobs, "submit", submit)
    monkeypatch.setattr(jobs, "watch", watch)
    monkeypatch.setattr(outcome, "print_outcome", show)
    return made


def test_a_run_is_submitted(run_command: RunCommand, submitted: list[Any]) -> None:
    words = ["mnist", "train", "-P", "batch-size=3", "--pool", "cpu"]
    assert run_command("submit", *words) == (0, SUBMITTED, "")
    assert submitted == [(Path("mnist"), "train", {"batch_size": "3"}, "cpu")]


@pytest.mark.usefixtures("submitted")
def test_a_run_is_followed_to_its_end(run_command: RunCommand) -> None:
    told = "12:00:00  Completed\nMLflow  http://mlflow.example\n"
    assert run_command("submit", "mnist", "train", "--watch") == (0, SUBMITTED + told, "")


@pytest.mark.usefixtures("submitted")
def test_a_pool_without_a_worker_is_a_warning(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Job(JOB.id, JOB.name, JOB.flow_name, JOB.pool, JOB.page, has_worker=False)
    monkeypatch.setattr(jobs, "submit", lambda *_: waiting)
    warning = "warning: no worker of the pool 'cpu' is online; the run waits for one (make up)\n"
    assert run_command("submit", "mnist", "train") == (0, SUBMITTED, warning)


@pytest.mark.usefixtures("submitted")
def test_a_run_that_does_not_complete_is_one_line(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "watch", lambda *_: "Failed: out of luck")
    status, _, err = run_command("submit", "mnist", "train", "--watch")
    reason = "train did not complete: Failed: out of luck (http://prefect.example/1)"
    assert (status, err) == (1, f"error: {reason}\n")


@pytest.mark.usefixtures("submitted")
def test_an_interrupt_ends_the_watching_alone(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "watch", interrupt)
    status, out, err = run_command("submit", "mnist", "train", "--watch")
    message = "no longer watched; the run goes on: http://prefect.example/1\n"
    assert (status, out, err) == (130, SUBMITTED, message)


@pytest.mark.usefixtures("submitted")
def test_a_completed_run_stays_so_where_mlflow_is_out(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_id: UUID) -> NoReturn:
        raise ServiceError("no MLflow server answers")

    monkeypatch.setattr(outcome, "print_outcome", fail)
    status, _, err = run_command("submit", "mnist", "train", "--watch")
    assert (status, err) == (0, "warning: no MLflow server answers\n")


@pytest.fixture
def projects(write_files: Callable[[dict[str, str]], Path]) -> Path:
    """A folder with a project of two entry points, which share a neighbour."""
    flows = {f"all/twins/src/{name}.py": FLOW.format(name=name) for name in ("left", "right")}
    greet = "def greet(name):\n    return f'hello {name}'\n"
    return write_files({**flows, "all/twins/src/tasks.py": greet}) / "all"


@pytest.fixture
def worker(prefect_server: str, tmp_path: Path) -> Iterator[None]:
    """A worker, in a process of its own, of a pool for this file."""
    with prefect_client() as client:
        make_pool(client, POOL)
    command = [Path(sys.executable).with_name("prefect"), "worker", "start", "--type", "process"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    settings = {
        # As in an activated environment; the pool's command is `python`.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PREFECT_API_URL": prefect_server,
        "PREFECT_HOME": str(tmp_path / "home"),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "DO_NOT_TRACK": "1",
    }
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--pool", POOL], env={**kept, **settings}, stdout=log, stderr=log
        )
        yield
        process.terminate()
        process.wait()


@pytest.mark.usefixtures("worker")
def test_a_worker_runs_what_was_deployed_and_submitted(
    run_command: RunCommand, projects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "print_outcome", lambda _: None)
    assert run_command("deploy", projects, "--pool", POOL)[0] == 0
    status, out, _ = run_command("submit", projects / "twins", "left", "--watch")
    assert status == 0
    words = [line.partition("  ")[2] for line in out.splitlines()]
    assert "| hello left" in words
    assert "Completed" in words
    # What was edited since is what the next run uses.
    right = projects / "twins" / "src" / "right.py"
    right.write_text(right.read_text().replace("out of luck", "out of time"))
    status, out, err = run_command(
        "submit", projects / "twins", "right", "-P", "fail=true", "--watch"
    )
    assert status == 1
    assert "| hello right" in out
    assert err.startswith("error: right did not complete: Failed: ")
    assert "out of time" in err
    assert err.count("\n") == 1
