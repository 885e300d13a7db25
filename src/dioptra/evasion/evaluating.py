# SPDX-License-Identifier: Apache-2.0
"""Evaluating a registered model on the adversarial images of a run."""

import contextlib
import tempfile
from pathlib import Path

from dioptra.evasion.attacking import ADVERSARIAL_IMAGES
from dioptra.evasion.results import Evaluated
from dioptra.experiment import RegisteredModel, experiment
from dioptra.experiment.images import hash_images
from dioptra.experiment.models import hash_model
from dioptra.experiment.predictions import PREDICTIONS, measure_folder
from dioptra.pyplugs import step
from dioptra_builtins.artifacts.mlflow import download_all_artifacts_in_run
from dioptra_builtins.artifacts.utils import extract_tarfile
from dioptra_builtins.tracking.mlflow import get_run_data

# What a result names of the attack that made its images, as far as the attack has it.
ATTACK = {
    "attack": "attack",
    "model_name": "attack_model_name",
    "eps": "attack_eps",
    "norm": "attack_norm",
    "labels": "attack_labels",
}
BUDGET = {"eps": "budget", "norm": "budget_norm"}


def evaluate_model(
    run_id: str,
    model: RegisteredModel,
    image_size: tuple[int, int, int] | None = None,
    adv_data_dir: Path | None = None,
) -> Evaluated:
    """Evaluate a registered model on the adversarial images of a run.

    Args:
        run_id: The MLflow run that made the images.
        model: The model; it need not be the one that was attacked.
        image_size: What was said of the size of the images, if anything.
        adv_data_dir: The folder of the images where it is at hand; None fetches them from MLflow.

    Returns:
        The run, the attack that made the images, and the model's accuracy on them.

    Raises:
        ContractError: The model has no contract, or takes other images.
        DatasetError: The images have a class that the model does not know.
        ModelNotFoundError: There is no such model.
        RunNotFoundError: There is no such run, or it has no adversarial images.
    """
    source = step(get_run_data)(run_id)
    found = model.find()
    found.check_image_size(image_size)
    known = source.params
    # An attack of ART has its eps and norm among other parameters.
    said = {name: known.get(name, known.get(BUDGET.get(name, name))) for name in ATTACK}
    attack = {key: said[name] for name, key in ATTACK.items() if said[name] is not None}
    parameters = {"run_id": run_id, **dict(model), "image_size": image_size}
    parameters["adv_data_dir"] = adv_data_dir
    used = {**attack, "used_model_version": found.version}
    with contextlib.ExitStack() as stack:
        opened = experiment(f"infer {found.name}", seed=0, parameters=parameters, used=used)
        run = stack.enter_context(opened)
        if adv_data_dir is None:
            working_dir = stack.enter_context(tempfile.TemporaryDirectory())
            adv_data_dir = fetch_adversarial_images(run_id, Path(working_dir))
        estimator = found.load_estimator()
        with run.section("evaluation"):
            predictions, accuracy = measure_folder(estimator, adv_data_dir, found.contract)
            run.log_hashes(
                {
                    "data_sha256.adversarial_images": hash_images(adv_data_dir),
                    "model_sha256.weights": hash_model(estimator),
                }
            )
        run.log_table(PREDICTIONS, predictions)
        notes = found.compare_origin(
            source.tags.get("data_sha256.testing"), source.params.get("used_data_dir", "of the run")
        )
        run.log_notes(notes)
        return run.log(
            Evaluated(
                run_id=run.id,
                model_name=found.name,
                **attack,
                **accuracy,
                notes=tuple(notes),
                durations=run.watch.durations(),
            )
        )


def fetch_adversarial_images(run_id: str, folder: Path) -> Path:
    """Fetch and unpack the adversarial images of a run.

    Args:
        run_id: The run of an attack.
        folder: The folder to unpack them in.

    Returns:
        The folder with one folder for each class.

    Raises:
        RunNotFoundError: There is no such run, or it has no adversarial images.
    """
    tarball = step(download_all_artifacts_in_run)(
        run_id, f"{ADVERSARIAL_IMAGES}.tar.gz", str(folder)
    )
    with contextlib.chdir(folder):
        step(extract_tarfile)(filepath=tarball)
    # It has the name of the folder in which the attack made the images.
    return next(entry for entry in folder.iterdir() if entry.is_dir())
