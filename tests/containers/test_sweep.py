"""A sweep on the workers of the stack."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

BEAT = "tests/containers/projects/beat"


@pytest.fixture
def sweep(stack: Any, tmp_path: Path) -> Any:
    """Runs a sweep on the stack, from a workspace of its own; gives its output."""
    words = ["dioptra", "sweep", BEAT, "count", "-P", "steps=1:3", "-P", "seconds=0"]
    return lambda: (
        stack.run("env", f"DIOPTRA_WORKSPACE={tmp_path}", *words, "--pool", "tensorflow-cpu").stdout
    )


def test_the_workers_share_a_sweep_and_its_table_is_in_mlflow(
    stack: Any, sweep: Any, tmp_path: Path
) -> None:
    said = sweep()
    assert said.splitlines()[:3] == [f"{n} of 3: steps={n}" for n in (1, 2, 3)]
    table = pd.read_csv(tmp_path / "results" / "sweeps" / "beat-count" / "table.csv")
    # A point logs as many metrics as it has steps.
    assert table["metric_0"].notna().tolist() == [True, True, True]
    assert table["metric_2"].notna().tolist() == [False, False, True]
    parent = (tmp_path / "results" / "sweeps" / "beat-count" / "run_id").read_text().strip()
    parents = {tag["value"] for run_id in table["run_id"] for tag in tags(stack, run_id)}
    assert parents == {parent}
    listed = stack.get(f"{stack.mlflow}/api/2.0/mlflow/artifacts/list", run_id=parent)
    assert {"table.csv", "table.parquet"} <= {file["path"] for file in listed["files"]}
    assert sweep().startswith("3 of 3 points have finished before\n")


def test_a_sweep_that_lost_its_record_runs_no_point_again(sweep: Any, tmp_path: Path) -> None:
    sweep()
    folder = tmp_path / "results" / "sweeps" / "beat-count"
    before = pd.read_csv(folder / "table.csv")
    (folder / "points.jsonl").unlink()
    sweep()
    assert pd.read_csv(folder / "table.csv")["run_id"].tolist() == before["run_id"].tolist()


def tags(stack: Any, run_id: str) -> list[dict[str, str]]:
    """List the tags of a run that name its parent."""
    run = stack.get(f"{stack.mlflow}/api/2.0/mlflow/runs/get", run_id=run_id)["run"]
    return [tag for tag in run["data"]["tags"] if tag["key"] == "mlflow.parentRunId"]
