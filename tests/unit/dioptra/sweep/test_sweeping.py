import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dioptra.report.text import TO
from dioptra.sdk.exceptions import ParameterError, SweepError
from dioptra.sweep import make_runner, sweep
from dioptra.sweep.grid import Point
from dioptra.sweep.sweeping import _describe

COUNTED = """
    from pathlib import Path
    from dioptra import pyplugs
    from prefect import flow

    @flow
    def squares(number: int, slow: float = 0.0) -> dict:
        \"\"\"Square a number.\"\"\"
        import mlflow, os, time

        opened = pyplugs.call(
            "dioptra_builtins.tracking", "mlflow", "start_run", "counted", f"square {number}"
        )
        with opened as run:
            time.sleep(slow)
            if number < 0:
                raise ValueError("no negative number")
            mlflow.log_metric("square", number**2)
            with Path(os.environ["STARTED"]).open("a") as file:
                file.write(f"{number}\\n")
            return {"run_id": run.info.run_id, "name": f"n{number}", "ignored": [1]}
"""


@pytest.fixture
def project(
    write_project: Callable[..., Path],
    own_modules: None,  # noqa: ARG001 - it forgets the project's
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    made = write_project("counted", squares=COUNTED)
    monkeypatch.setenv("STARTED", str(made / "started"))
    return made


@pytest.fixture
def settings(prefect_server: str, project: Path) -> dict[str, str]:
    """The environment of a command that finds a Prefect server and need not start one."""
    assert project
    return {**os.environ, "PREFECT_API_URL": prefect_server}


def started(project: Path) -> list[int]:
    return [int(line) for line in (project / "started").read_text().split()]


def runs(project: Path) -> list[Any]:
    import mlflow

    experiment = mlflow.get_experiment_by_name(project.name)
    assert experiment is not None
    return list(mlflow.MlflowClient().search_runs([experiment.experiment_id]))


def status(run: Any) -> str:
    return str(run.info.status)


@pytest.mark.usefixtures("prefect_server")
def test_a_sweep_gives_a_table_and_a_child_run_for_each_point(
    project: Path, workspace: Path
) -> None:
    said: list[str] = []
    folder = sweep(project, "squares", [("number", "1:3")], say=said.append)
    assert folder == workspace / "results" / "sweeps" / "counted-squares"
    for table in (pd.read_csv(folder / "table.csv"), pd.read_parquet(folder / "table.parquet")):
        assert list(table.columns) == ["number", "square", "run_id", "name"]
        np.testing.assert_array_equal(table["square"], [1, 4, 9])
    assert said == ["1 of 3: number=1", "2 of 3: number=2", "3 of 3: number=3"]
    found = runs(project)
    (parent,) = [run for run in found if "mlflow.parentRunId" not in run.data.tags]
    assert parent.info.run_name == "sweep counted-squares"
    children = {run.info.run_id: run for run in found if run is not parent}
    assert set(children) == set(table["run_id"])
    parents = {run.data.tags["mlflow.parentRunId"] for run in children.values()}
    assert parents == {parent.info.run_id}
    assert {status(run) for run in found} == {"FINISHED"}


@pytest.mark.usefixtures("prefect_server")
def test_what_has_finished_is_not_run_again(project: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        folder = sweep(project, "squares", [("number", "1,2")], "mine", say=said.append)
    assert started(project) == [1, 2]
    assert said[-1] == "2 of 2 points have finished before"
    assert len(pd.read_csv(folder / "table.csv")) == 2
    assert len(runs(project)) == 3


@pytest.mark.usefixtures("prefect_server")
def test_a_point_that_fails_costs_no_other(project: Path) -> None:
    with pytest.raises(
        SweepError, match="1 of 3 points failed, number=-1 by ValueError: no negative"
    ):
        sweep(project, "squares", [("number", "1,-1,2")], say=lambda _: None)
    assert started(project) == [1, 2]
    assert sorted(map(status, runs(project))) == ["FAILED", "FAILED", "FINISHED", "FINISHED"]
    (parent,) = [run for run in runs(project) if "mlflow.parentRunId" not in run.data.tags]
    page = Path(parent.info.artifact_uri.removeprefix("file://")) / "report.html"
    assert "ValueError: no negative number" in page.read_text()


def test_a_wrong_value_stops_before_anything_is_written(project: Path, workspace: Path) -> None:
    with pytest.raises(ParameterError, match="valid integer"):
        sweep(project, "squares", [("number", "1,x")])
    assert list(workspace.iterdir()) == []


def test_points_go_to_one_place(project: Path, workspace: Path) -> None:
    runner = make_runner("processes", 2)
    with pytest.raises(ParameterError, match="leave out --pool, or --workers and --runner"):
        sweep(project, "squares", [("number", "1")], runner=runner, pool="tensorflow-cpu")
    assert list(workspace.iterdir()) == []


def test_points_are_shared_by_processes(
    project: Path, workspace: Path, settings: dict[str, str]
) -> None:
    words = ["sweep", str(project), "squares", "-P", "number=1:4", "--workers", "2"]
    done = subprocess.run(
        command(*words), env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    table = pd.read_csv(workspace / "results" / "sweeps" / "counted-squares" / "table.csv")
    assert table["square"].tolist() == [1, 4, 9, 16]
    assert sorted(started(project)) == [1, 2, 3, 4]
    children = [run for run in runs(project) if "mlflow.parentRunId" in run.data.tags]
    assert len(children) == 4


@pytest.mark.parametrize("n", [16, pytest.param(64, marks=pytest.mark.long)])
def test_a_sweep_outlives_three_kills_at_random_moments(
    project: Path, workspace: Path, settings: dict[str, str], n: int
) -> None:
    words = ["sweep", str(project), "squares", "-P", f"number=1:{n}", "-P", "slow=0.02"]
    folder = workspace / "results" / "sweeps" / "counted-squares"
    rng = np.random.default_rng()
    kills = list(
        zip(sorted(rng.integers(1, n - 4, 3).tolist()), rng.uniform(0, 0.2, 3), strict=True)
    )
    for goal, moment in kills:
        process = subprocess.Popen(
            command(*words),
            env=settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for_points(process, folder, goal)
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    last = subprocess.run(
        command(*words), env=settings, capture_output=True, text=True, check=False
    )
    assert last.returncode == 0, (kills, last.stderr)
    assert "points have finished before" in last.stdout
    table = pd.read_csv(folder / "table.csv")
    assert table["number"].tolist() == list(range(1, n + 1))
    assert table["square"].tolist() == [number**2 for number in range(1, n + 1)]
    # At most the one point that was running when it was killed has run more than once.
    assert len(started(project)) <= n + 3, kills
    assert "RUNNING" not in set(map(status, runs(project)))


def test_two_processes_do_not_run_one_sweep(
    project: Path, workspace: Path, settings: dict[str, str]
) -> None:
    words = ["sweep", str(project), "squares", "-P", "number=1:2", "-P", "slow=0,600"]
    folder = workspace / "results" / "sweeps" / "counted-squares"
    with subprocess.Popen(
        command(*words), env=settings, stderr=subprocess.DEVNULL, start_new_session=True
    ) as first:
        wait_for_points(first, folder, 1)
        second = subprocess.run(
            command(*words), env=settings, capture_output=True, text=True, check=False
        )
        os.killpg(first.pid, signal.SIGKILL)
    assert second.returncode == 1
    assert f"error: process {first.pid} on " in second.stderr
    assert "is running the sweep in" in second.stderr
    assert started(project) == [1]
    assert len([run for run in runs(project) if "mlflow.parentRunId" not in run.data.tags]) == 1


@pytest.mark.usefixtures("prefect_server")
def test_an_interrupt_while_a_point_is_written_down_leaves_it_in_the_table(
    project: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(KeyboardInterrupt):
        sweep(project, "squares", [("number", "1:3")])
    table = pd.read_csv(workspace / "results" / "sweeps" / "counted-squares" / "table.csv")
    assert list(table["number"]) == [1]
    assert started(project) == [1]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_batch_system_ends_a_sweep_at_once(
    project: Path, workspace: Path, settings: dict[str, str], workers: str
) -> None:
    # Every second point would take minutes.
    points = ["-P", "number=1:4", "-P", "slow=0,600"]
    words = ["sweep", str(project), "squares", *points, "--workers", workers]
    folder = workspace / "results" / "sweeps" / "counted-squares"
    with subprocess.Popen(
        command(*words), env=settings, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for_points(process, folder, 1)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "error: interrupted" in err
    assert not (folder / "failed.jsonl").exists()
    assert len(pd.read_csv(folder / "table.csv")) == count(folder)
    (parent,) = [run for run in runs(project) if "mlflow.parentRunId" not in run.data.tags]
    assert status(parent) == "KILLED"


def command(*words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("dioptra")), *words]


def wait_for_points(process: subprocess.Popen[Any], folder: Path, number: int) -> None:
    while count(folder) < number:
        assert process.poll() is None
        time.sleep(0.005)


def count(folder: Path) -> int:
    file = folder / "points.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else 0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"accuracy": 0.5, "n": 100}, f" accuracy=0.5 (40.4{TO}59.6 %)"),
        ({"accuracy": 0.5}, " accuracy=0.5"),
        ({"square": 4}, ""),
    ],
)
def test_a_line_about_a_point_tells_its_accuracy_with_the_interval(
    row: dict[str, Any], told: str
) -> None:
    point = Point("1", {"eps": "0.1", "norm": "inf"}, {"eps": 0.1, "norm": "inf"})
    assert _describe(point, ["eps"], row) == f"eps=0.1{told}"
