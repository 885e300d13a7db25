from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest

from dioptra.entrypoint import flow
from dioptra.experiment import Metric, Result, Run, Seed, experiment
from dioptra.sdk.exceptions import ExperimentError

pytestmark = pytest.mark.usefixtures("prefect_server", "tensorflow")


class Measured(Result):
    area: Metric


@flow
def measure(side: float = 2.0, seed: Seed = -1) -> Measured:
    """Measure a square."""
    with experiment(seed=seed, used={"used_ruler": "steel"}) as run:
        return run.log(Measured(run_id=run.id, area=side**2))


def read(run_id: str) -> Any:
    return mlflow.MlflowClient().get_run(run_id)


def test_a_run_has_the_parameters_of_its_flow_and_the_metrics_of_its_result() -> None:
    made = read(measure.fn(side=3, seed=7).run_id)
    assert made.data.metrics == {"area": 9}
    assert made.data.params.items() >= {
        ("side", "3"),
        ("seed", "7"),
        ("used_seed", "7"),
        ("used_ruler", "steel"),
    }
    assert (made.info.run_name, made.info.status) == ("measure", "FINISHED")


def test_a_drawn_seed_is_recorded_and_repeats() -> None:
    drawn = int(read(measure.fn().run_id).data.params["used_seed"])
    assert drawn >= 0

    def draw(seed: int) -> list[int]:
        with experiment(seed=seed) as run:
            assert run.seed == seed
            return [run.draw_seed(), int(run.rng.integers(1000))]

    assert draw(drawn) == draw(drawn)


def test_without_a_seed_there_are_no_random_numbers() -> None:
    with experiment(seed=None) as run:
        assert not [name for name in read(run.id).data.params if name.startswith("used_")]
        with pytest.raises(ExperimentError, match=r"opened without a seed; open it with exp"):
            run.draw_seed()


def test_what_is_logged_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.txt").write_text("one")
    with experiment(seed=None) as run:
        fill(run, tmp_path)
    made, client = read(run.id), mlflow.MlflowClient()
    assert made.data.tags["dioptra.notes"] == "first; second"
    assert made.data.tags["data_sha256"] == "ab"
    kept = {one.path for one in client.list_artifacts(run.id)}
    assert kept == {"rows.csv.gz", "images.tar.gz", "1.txt", "results", "manifest.json"}
    assert [one.path for one in client.list_artifacts(run.id, "results")] == ["results/1.txt"]
    history = client.get_metric_history(run.id, "loss")
    assert [(one.step, one.value) for one in history] == [(0, 2.0), (1, 1.0)]


def fill(run: Run, folder: Path) -> None:
    run.log_notes(["first", "second"])
    run.log_notes([])
    run.log_hashes({"data_sha256": "ab"})
    run.log_table("rows", pd.DataFrame({"n": [1]}))
    run.log_folder("images", folder / "a")
    run.log_files([folder / "a" / "1.txt"])
    run.log_results(folder / "a")
    for epoch, loss in enumerate([2.0, 1.0]):
        run.log_metrics_at(epoch, {"loss": loss})
