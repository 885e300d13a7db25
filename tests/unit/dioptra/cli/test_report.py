import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra.report import PAGE, RESULTS, read_results, write_results
from dioptra.sweep.grid import Point
from dioptra.sweep.record import open_record

RunCommand = Callable[..., tuple[object, str, str]]


@pytest.fixture
def results() -> dict[str, Any]:
    """One model, attacked once."""
    entry = {
        "attack": "fgm",
        "attacked": "le_net",
        "evaluated": "le_net",
        "eps": 0.1,
        "norm": "inf",
        "labels": "true",
        "accuracy": 0.25,
        "n": 100,
        "linf_max": 0.1,
        "unchanged_share": 0.0,
    }
    return {
        "dataset": "digits",
        "n_test": 100,
        "seed": 1,
        "models": {"le_net": {"clean_accuracy": 0.9}},
        "attacks": [entry],
        "versions": {"numpy": "2.4.6"},
        "settings": {"eps": [0.1]},
        "durations": {"training": 6.0, "total": 10.0, "overhead": 4.0},
    }


@pytest.fixture
def folder(tmp_path: Path, results: dict[str, Any]) -> Path:
    write_results(tmp_path / "demo", results)
    return tmp_path / "demo"


@pytest.fixture(scope="module")
def store_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tracking store that the tests share: to make one takes a second or two."""
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'mlflow.db'}"


@pytest.fixture
def store(store_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store_uri)


def log_run(folder: Path, artifact_path: str) -> str:
    from mlflow.tracking import MlflowClient

    client = MlflowClient()
    run_id: str = client.create_run("0").info.run_id
    client.log_artifacts(run_id, str(folder), artifact_path)
    return run_id


def test_the_report_of_a_folder_is_made_again(run_command: RunCommand, folder: Path) -> None:
    status, out, err = run_command("report", folder)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == str(folder / PAGE)
    assert "Clean accuracy on digits" in out
    assert (folder / PAGE).is_file()


def test_a_folder_without_results_is_an_error(run_command: RunCommand, tmp_path: Path) -> None:
    status, out, err = run_command("report", tmp_path)
    assert (status, out) == (1, "")
    assert err.startswith(f"error: {tmp_path}/{RESULTS} does not exist; ")


@pytest.mark.usefixtures("store")
def test_the_report_of_a_run_is_made_in_the_workspace(
    run_command: RunCommand, workspace: Path, folder: Path, results: dict[str, Any]
) -> None:
    run_id = log_run(folder, "results")
    status, out, err = run_command("report", run_id)
    assert (status, err) == (0, "")
    page = Path(out.splitlines()[-1])
    assert page.is_relative_to(workspace / "results" / run_id)
    assert page.is_file()
    assert read_results(page.parent) == results


@pytest.mark.usefixtures("store")
def test_the_report_of_a_run_is_made_in_the_folder_that_is_named(
    run_command: RunCommand, workspace: Path, folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "new" / "output"
    status, out, err = run_command("report", log_run(folder, "results"), "--output", output)
    assert (status, err) == (0, "")
    assert Path(out.splitlines()[-1]).is_relative_to(output)
    assert not (workspace / "results").exists()


def test_the_report_of_a_sweep_is_made_again(run_command: RunCommand, tmp_path: Path) -> None:
    point = Point("1", {"eps": "0.1"}, {"eps": 0.1})
    plan = {"project": "example", "entry_point": "fgm"}
    folder = open_record(tmp_path / "curve", plan, [point]).folder
    assert run_command("report", folder) == (0, f"{folder / PAGE}\n", "")
    assert "<h1>Sweep curve</h1>" in (folder / PAGE).read_text()


def test_a_folder_that_is_misspelt_is_not_looked_for_in_a_store(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    message = "error: no such folder: results/dmeo; there is no folder results either\n"
    assert run_command("report", "results/dmeo") == (1, "", message)


@pytest.mark.usefixtures("store")
def test_an_unknown_run_is_an_error_and_leaves_nothing_behind(
    run_command: RunCommand, workspace: Path
) -> None:
    status, out, err = run_command("report", "0" * 32)
    assert (status, out) == (1, "")
    assert err.startswith(f"error: no run '{'0' * 32}' in the tracking store")
    assert err.count("\n") == 1
    assert list(workspace.iterdir()) == []


@pytest.mark.usefixtures("store")
def test_a_run_without_results_is_an_error(run_command: RunCommand, folder: Path) -> None:
    run_id = log_run(folder, "others")
    status, out, err = run_command("report", run_id)
    assert (status, out) == (1, "")
    assert err == (
        f"error: run {run_id} is neither an attack nor an evaluation on its images; name such "
        "runs, or one that has a results folder\n"
    )


def test_the_table_of_a_results_folder_is_printed_and_nothing_is_written(
    run_command: RunCommand, folder: Path
) -> None:
    before = sorted(folder.rglob("*"))
    status, out, err = run_command("report", str(folder), "--table", "markdown")
    assert (status, err) == (0, "")
    assert out.splitlines()[0].startswith("| attack | norm | labels |")
    assert "| fgm | inf | true | le_net | le_net | 0.1 | 0.25 | 0.1755 | 0.343 | 100 |" in out
    assert sorted(folder.rglob("*")) == before
