"""One report of runs that were made one by one."""

from pathlib import Path
from typing import Any

import mlflow
import pytest

from dioptra.evasion import (
    FGM,
    ARTAttack,
    Measures,
    Noise,
    attack_model,
    collect_runs,
    evaluate_model,
)
from dioptra.experiment import Data, RegisteredModel, experiment, measure_model, register_model
from dioptra.report import read_results
from dioptra.report.samples import read_samples
from dioptra.sdk.exceptions import ResultsError

HALVES = RegisteredModel(model_name="halves")
FEW = Measures(distance_metrics=["l_inf_norm"])


def run(data_dir: Path, attack: Any, model: RegisteredModel = HALVES, seed: int = 1) -> str:
    return attack_model(Data(data_dir=data_dir), model, attack, FEW, seed).run_id


@pytest.fixture(scope="module")
def attacks(data_dir: Path, halves: Any) -> list[str]:  # noqa: ARG001 - the model
    """Runs of three attacks, one of them of ART; the clean accuracy is known."""
    measure_model(Data(data_dir=data_dir), HALVES)
    square = ARTAttack(attack_name="SquareAttack", attack_parameters={"eps": 0.05, "max_iter": 2})
    return [run(data_dir, attack) for attack in (FGM(eps=0.2), Noise(eps=0.2), square)]


def test_runs_come_into_one_report(attacks: list[str], tmp_path: Path) -> None:
    results = read_results(collect_runs(attacks, tmp_path / "all"))
    found = [(one["attack"], one["norm"], one["eps"]) for one in results["attacks"]]
    assert found == [("fgm", "inf", 0.2), ("noise", "inf", 0.2), ("SquareAttack", "inf", 0.05)]
    assert results["attacks"][0]["accuracy"] == 0
    assert results["models"]["halves"]["clean_accuracy"] == 1
    assert (results["n_test"], results["seed"], results["settings"]["runs"]) == (24, 1, attacks)
    assert "numpy" in results["versions"]
    groups = read_samples(tmp_path / "all")
    assert {group.attack for group in groups} == {"fgm", "noise", "SquareAttack"}


def test_an_evaluation_is_a_transfer_of_its_attack(attacks: list[str], tmp_path: Path) -> None:
    # The same weights under another name.
    estimator = HALVES.find().load_estimator()
    with experiment("again", seed=None) as opened:
        register_model(opened.active, estimator, HALVES.find().contract, "twin")
    shown = evaluate_model(attacks[0], RegisteredModel(model_name="twin")).run_id
    with pytest.raises(ResultsError, match=f"not among these; name it too: {attacks[0]}"):
        collect_runs([attacks[1], shown], tmp_path / "lost")
    results = read_results(collect_runs([attacks[0], shown], tmp_path / "both"))
    pairs = [(one["attacked"], one["evaluated"]) for one in results["attacks"]]
    assert pairs == [("halves", "halves"), ("halves", "twin")]
    assert [one["first"] for one in results["comparisons"]] == ["halves"]


def test_two_versions_of_a_model_have_images_of_their_own(
    attacks: list[str],  # noqa: ARG001 - the clean accuracy of these weights is known
    tmp_path: Path,
    data_dir: Path,
) -> None:
    found = HALVES.find()
    estimator = found.load_estimator()
    for _ in range(2):
        with experiment("pair", seed=None) as opened:
            register_model(opened.active, estimator, found.contract, "pair")
    pair = [RegisteredModel(model_name="pair", model_version=str(one)) for one in (1, 2)]
    runs = [run(data_dir, FGM(eps=0.2), model) for model in pair]
    results = read_results(collect_runs(runs, tmp_path / "pair"))
    assert [one["attacked"] for one in results["attacks"]] == ["pair 1", "pair 2"]
    assert {group.attacked for group in read_samples(tmp_path / "pair")} == {"pair 1", "pair 2"}


@pytest.mark.parametrize(
    ("attack", "seed", "message"),
    [
        (FGM(eps=0.2), 2, "have not the same seed; report those that have"),
        (ARTAttack(attack_name="DeepFool", attack_parameters={"max_iter": 2}), 1, "has no eps"),
    ],
)
def test_runs_that_do_not_go_together_are_refused(
    attacks: list[str], tmp_path: Path, data_dir: Path, attack: Any, seed: int, message: str
) -> None:
    other = run(data_dir, attack, seed=seed)
    with pytest.raises(ResultsError, match=message):
        collect_runs([attacks[0], other], tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_run_that_is_no_attack_is_named(tmp_path: Path) -> None:
    with mlflow.start_run() as other:
        pass
    with pytest.raises(ResultsError, match="neither an attack nor an evaluation"):
        collect_runs([other.info.run_id], tmp_path / "results")


def test_a_model_of_which_nobody_knows_the_clean_accuracy_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attacks: list[str]
) -> None:
    monkeypatch.setattr("dioptra.evasion.collecting.checked", hide_runs)
    with pytest.raises(ResultsError, match="dioptra run measure -P model_name=halves"):
        collect_runs(attacks[:1], tmp_path / "results")


def hide_runs(function: Any) -> Any:
    return (lambda *_given: []) if function.__name__ == "find_runs" else function
