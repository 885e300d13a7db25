"""The whole evaluation of a model, by the entry points that come with the package."""

from pathlib import Path
from typing import Any

import mlflow
import pytest

from dioptra.entrypoint import load_entry_point
from dioptra.evasion import FGM, ARTAttack, Attack, Distances, Noise, assess_model
from dioptra.experiment import Data, RegisteredModel
from dioptra.projects import find_packaged_entry_point
from dioptra.report import read_results
from dioptra.sdk.exceptions import ParameterError

HALVES = RegisteredModel(model_name="halves")
FEW = Distances(distance_metrics=["l_inf_norm"])


def load(name: str) -> Any:
    folder = find_packaged_entry_point(name)
    assert folder is not None
    return load_entry_point(folder, name)


@pytest.fixture(scope="module")
def assessed(data_dir: Path, halves: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ARG001 - the model
    """What ``evaluate`` gives of two attacks at two strengths."""
    return load("evaluate").fn(
        data_dir=data_dir,
        model_name="halves",
        attack_names=["noise", "fgm"],
        eps=[0.05, 0.2],
        distance_metrics=["l_inf_norm"],
        seed=1,
        results_dir=tmp_path_factory.mktemp("assessed"),
    )


def test_a_model_is_evaluated_clean_and_under_each_attack(assessed: Any) -> None:
    results = read_results(assessed.results.parent)
    kept = {(one["attack"], one["eps"]): one["accuracy"] for one in results["attacks"]}
    assert set(kept) == {("noise", 0.05), ("noise", 0.2), ("fgm", 0.05), ("fgm", 0.2)}
    assert (assessed.clean_accuracy, kept["noise", 0.2]) == (1, 1)
    assert (assessed.attack, assessed.eps) == ("fgm", 0.2)
    assert (assessed.accuracy, assessed.n) == (kept["fgm", 0.2], 24) == (0, 24)
    assert results["models"]["halves"]["clean_accuracy"] == 1
    assert "data_sha256.testing" in results["models"]["halves"]


def test_the_pictures_name_the_attack(assessed: Any) -> None:
    page = assessed.report.read_text()
    assert "all attacks, l-inf" in page
    assert "Noise on halves, eps 0.05" in page
    assert "Fgm on halves, eps 0.2" in page


def test_the_run_of_the_whole_has_a_run_for_each_part(assessed: Any) -> None:
    runs = mlflow.search_runs(
        search_all_experiments=True,
        filter_string=f"tags.`mlflow.parentRunId` = '{assessed.run_id}'",
        output_format="list",
    )
    assert sorted(run.info.run_name for run in runs) == [
        *("clean halves", "fgm halves", "fgm halves", "noise halves", "noise halves")
    ]


@pytest.mark.usefixtures("halves")
def test_an_attack_is_chosen_by_name(data_dir: Path) -> None:
    made = load("attack").fn(
        data_dir=data_dir,
        model_name="halves",
        attack_name="FastGradientMethod",
        eps=0.2,
        distance_metrics=["l_inf_norm"],
        seed=1,
    )
    assert (made.attack, made.eps, made.norm) == ("FastGradientMethod", 0.2, "inf")
    assert made.linf_max == pytest.approx(0.2, abs=1 / 255)


def test_a_network_is_trained(data_dir: Path) -> None:
    trained = load("train").fn(
        data_dir=data_dir, model_architecture="shallow_net", model_name="small", epochs=1, seed=1
    )
    assert (trained.model_name, trained.n_test) == ("small", 24)
    assert RegisteredModel(model_name="small").find().contract.image_size == (8, 8, 1)


@pytest.mark.parametrize(
    ("attacks", "message"),
    [
        ([], "name at least one attack"),
        ([FGM(eps=0.1), FGM(eps=0.1, labels="true")], r"fgm at eps 0\.1 comes twice"),
        ([ARTAttack(attack_name="DeepFool")], "DeepFool has no eps"),
    ],
)
@pytest.mark.usefixtures("halves", "art")
def test_attacks_that_cannot_be_reported_are_refused_before_any_work(
    data_dir: Path, attacks: list[Attack], message: str
) -> None:
    before = len(mlflow.search_runs(search_all_experiments=True))
    with pytest.raises(ParameterError, match=message):
        assess_model(Data(data_dir=data_dir), HALVES, attacks, FEW)
    assert len(mlflow.search_runs(search_all_experiments=True)) == before


def test_noise_stays_within_its_budget(halves: Any, data_dir: Path) -> None:  # noqa: ARG001 - the model
    from dioptra.evasion import Measures, attack_model

    measures = Measures(distance_metrics=[])
    made = attack_model(Data(data_dir=data_dir), HALVES, Noise(eps=0.1), measures, seed=1)
    assert 0.05 < made.linf_max <= 0.1 + 1e-6
    assert (made.norm, made.eps) == ("inf", 0.1)


@pytest.mark.usefixtures("halves")
def test_results_of_an_earlier_run_are_not_written_over(data_dir: Path, store: Path) -> None:
    places = [
        assess_model(Data(data_dir=data_dir), HALVES, [FGM(eps=0.1)], FEW, seed=1).results
        for _ in range(2)
    ]
    assert [place.parent for place in places] == [
        store / "results" / "halves",
        store / "results" / "halves-2",
    ]
