"""Attacks on the model ``halves``, whose two sides are compared, so the best attack is known."""

from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest

from dioptra.evasion import (
    FGM,
    ARTAttack,
    Attack,
    Eps,
    Measures,
    Study,
    attack_model,
    evaluate_model,
)
from dioptra.experiment import Data, Model, RegisteredModel, Trained, experiment
from dioptra.report import read_results
from dioptra.sdk.exceptions import DatasetError, ExperimentError, ParameterError

HALVES = RegisteredModel(model_name="halves")
FEW = Measures(distance_metrics=["l_inf_norm"])


class Noise(Attack):
    """Uniform noise."""

    name = "noise"

    eps: Eps = 0.1

    def perturb(self, classifier: Any, images: Any, labels: Any, rng: Any) -> Any:  # noqa: ARG002
        noise = rng.uniform(-self.eps, self.eps, size=images.shape)
        return np.clip(images + noise, *classifier.clip_values).astype(np.float32)


class Greedy(Noise):
    """It goes twice as far as it says."""

    def perturb(self, classifier: Any, images: Any, labels: Any, rng: Any) -> Any:
        further = Noise(eps=2 * self.eps)
        return further.perturb(classifier, images, labels, rng)


@pytest.fixture
def data(data_dir: Path) -> Data:
    return Data(data_dir=data_dir)


def read_run(run_id: str) -> Any:
    return mlflow.MlflowClient().get_run(run_id).data


@pytest.mark.usefixtures("halves")
def test_an_attack_logs_its_own_parameters_and_what_it_returns(data: Data) -> None:
    made = attack_model(data, HALVES, FGM(eps=0.2), FEW, seed=5)
    logged = read_run(made.run_id)
    assert logged.metrics == made.list_metrics()
    assert logged.params["eps"] == "0.2"
    assert (logged.params["attack"], logged.params["used_seed"]) == ("fgm", "5")
    assert logged.params["used_data_dir"] == str(data.data_dir.resolve())
    assert set(logged.tags) >= {"adversarial_images_sha256", "model_sha256.weights"}
    # Every image is lighter on its side by 60 levels at most, and 0.2 are 51 for each of the sides.
    assert (made.accuracy, made.n, made.seed) == (0, 24, 5)
    assert made.linf_max == pytest.approx(0.2, abs=1 / 255)
    assert made["linf_max"] <= 0.2 + 1e-6


@pytest.mark.usefixtures("halves")
def test_an_attack_of_ones_own_keeps_to_shares_and_repeats(data: Data) -> None:
    first, again, other = (attack_model(data, HALVES, Noise(), FEW, seed) for seed in (3, 3, 4))
    # Without a field of that name, an attack starts from the true labels.
    assert (first.attack, first.labels) == ("noise", "true")
    # Without a field norm, its eps is measured in l-inf.
    assert first.norm == "inf"
    assert 0.05 < first.linf_max <= 0.1 + 1e-6
    hashes = [
        read_run(one.run_id).tags["adversarial_images_sha256"] for one in (first, again, other)
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    # Noise has nothing of the attack's aim.
    assert first.accuracy == 1


@pytest.mark.usefixtures("halves")
def test_an_attack_of_ones_own_that_exceeds_its_budget_is_refused(data: Data) -> None:
    with pytest.raises(ParameterError, match=r"noise moves an image by 0\.39.*its eps is 0\.2"):
        attack_model(data, HALVES, Greedy(), FEW, seed=1)


@pytest.mark.usefixtures("halves")
def test_the_images_of_a_run_are_evaluated_and_name_their_attack(data: Data) -> None:
    made = attack_model(data, HALVES, FGM(eps=0.05), FEW, seed=5)
    found = evaluate_model(made.run_id, HALVES)
    assert (found.accuracy, found.n) == (made.accuracy, 24)
    assert (found.attack, found.attack_model_name, found.attack_eps) == ("fgm", "halves", "0.05")


@pytest.mark.usefixtures("halves")
def test_a_class_that_the_model_does_not_know_is_refused_before_a_run(
    tmp_path: Path, data_dir: Path
) -> None:
    (tmp_path / "testing").mkdir()
    (tmp_path / "testing" / "c").symlink_to(data_dir / "testing" / "a")
    before = len(mlflow.search_runs(search_all_experiments=True))
    with pytest.raises(DatasetError, match="'c'"):
        attack_model(Data(data_dir=tmp_path), HALVES, FGM(), FEW)
    assert len(mlflow.search_runs(search_all_experiments=True)) == before


def test_a_study_writes_what_was_added_with_a_report(
    data: Data, halves: Model, tmp_path: Path
) -> None:
    trained = Trained(
        run_id=attack_model(data, HALVES, FGM(eps=0), FEW, seed=1).run_id,
        model_name=halves.name,
        model_version=halves.version,
        clean_accuracy=1.0,
        clean_accuracy_low=0.86,
        clean_accuracy_high=1.0,
        n_test=24,
        epochs=1,
        parameters=130,
        seed=1,
        durations={},
    )
    with experiment("study", seed=2) as run, Study(run) as study:
        study.add_model(trained)
        for eps in (0.2, 0.05):
            images = study.make_folder()
            measures = Measures(distance_metrics=["l_inf_norm"], adv_data_dir=images)
            made = attack_model(data, trained.model, FGM(eps=eps), measures, seed=run.seed)
            study.add_attack(made, images)
        page = study.write(tmp_path / "results", data.data_dir)
    assert not images.exists()
    results = read_results(tmp_path / "results")
    assert [(entry["eps"], entry["n"]) for entry in results["attacks"]] == [(0.2, 24), (0.05, 24)]
    assert results["seed"] == 2
    assert "halves" in page.read_text()
    assert read_run(run.id).metrics["accuracy_fgm_halves_on_halves"] == 0


@pytest.mark.usefixtures("halves")
def test_an_attack_without_a_budget_has_no_place_on_the_curves_of_a_study(data: Data) -> None:
    with experiment("study", seed=2) as run, Study(run) as study:
        attack = ARTAttack(attack_name="DeepFool", attack_parameters={"max_iter": 2})
        made = attack_model(data, HALVES, attack, FEW, seed=1)
        with pytest.raises(ExperimentError, match="DeepFool has no eps"):
            study.add_attack(made, study.make_folder())
