# SPDX-License-Identifier: Apache-2.0
"""Attacking a registered model: the whole experiment, from checks to what is logged."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from dioptra.entrypoint import Parameters
from dioptra.evasion.attacks import Attack, Target
from dioptra.evasion.results import Attacked
from dioptra.experiment import DataSource, RegisteredModel, estimate_accuracy, experiment
from dioptra.experiment.images import hash_images
from dioptra.experiment.models import hash_model
from dioptra.experiment.predictions import PREDICTIONS
from dioptra.pyplugs import step
from dioptra_builtins.data.tensorflow import compare_image_folders
from dioptra_builtins.metrics.distance import get_distance_metric_list, summarize_distances

if TYPE_CHECKING:
    import pandas as pd

ADVERSARIAL_IMAGES = "adversarial_images"
"""The artifact of a run that holds its adversarial images."""

DISTANCES = (
    "l_inf_norm",
    "l_1_norm",
    "l_2_norm",
    "paired_cosine_similarities",
    "paired_wasserstein_distances",
)
# How far two accuracies of the same images may lie apart before it is said.
POINT = 0.01


class Distances(Parameters):
    """What is measured of adversarial images."""

    distance_metrics: list[str] = Field(default_factory=lambda: list(DISTANCES))
    """The distances to compute between clean and adversarial images."""


class Measures(Distances):
    """What is measured of adversarial images, and where they are kept."""

    adv_data_dir: Path | None = None
    """A new folder in which to keep the adversarial images as well (default: they are kept in
    MLflow alone)."""


def attack_model(
    data: DataSource, model: RegisteredModel, attack: Attack, measures: Measures, seed: int = -1
) -> Attacked:
    """Attack a registered model on a data set, store the images, and log what was done.

    Model and data are checked before a run is opened. The run keeps the adversarial images, their
    distances, and what the model predicts for each, with the hashes of data, weights and images.

    Args:
        data: The data set; its test images are attacked.
        model: The model.
        attack: The attack, with its parameters.
        measures: What is measured of the images, and where they are kept.
        seed: The seed of all random numbers; -1 draws one and records it.

    Returns:
        The run and what was measured, from the stored files.

    Raises:
        ContractError: The model has no contract, or takes other images.
        DatasetError: The data set cannot be used, or has a class that the model does not know.
        ModelNotFoundError: There is no such model.
        NonFiniteError: A number of the attack or of the model is NaN or infinite.
        ParameterError: The attack cannot attack this model.
        UnknownNameError: There is no such distance.
    """
    testing = data.find("testing") / "testing"
    found = model.find()
    contract = found.contract
    metrics = step(get_distance_metric_list)(
        request=[{"name": name, "func": name} for name in measures.distance_metrics],
        pixel_interval=contract.pixel_interval,
    )
    found.check_fit(testing, data.image_size)
    used: dict[str, Any] = {
        "attack": attack.title,
        "used_data_dir": testing.parent,
        "used_model_version": found.version,
    }
    eps, norm = attack.budget, attack.budget_norm
    budget = {"budget": eps, "budget_norm": norm}
    used |= {name: value for name, value in budget.items() if value is not None}
    parameters = {**dict(data), **dict(model), **dict(attack), **dict(measures), "seed": seed}
    title = f"{attack.title} {found.name}"
    opened = experiment(title, seed=seed, parameters=parameters, used=used)
    outcomes: list[pd.DataFrame] = []
    with opened as run, tempfile.TemporaryDirectory() as working_dir:
        classifier = found.load_classifier()
        images = measures.adv_data_dir or Path(working_dir) / ADVERSARIAL_IMAGES
        with run.section("attack"):
            distances = attack.attack_folder(
                Target(classifier, contract, testing, images, metrics, outcomes.append, run.rng)
            )
            integrity = step(compare_image_folders)(testing, images, contract.image_size)
            images_hash = hash_images(images)
        data_hash = hash_images(testing)
        run.log_hashes(
            {
                "data_sha256.testing": data_hash,
                "model_sha256.weights": hash_model(classifier.model),
                "adversarial_images_sha256": images_hash,
            }
        )
        (predictions,) = outcomes
        accuracy = estimate_accuracy(predictions)
        in_memory = float(predictions["correct_in_memory"].mean())
        notes = [
            *found.compare_origin(data_hash, str(testing.parent)),
            *_compare_storage(accuracy["accuracy"], in_memory),
        ]
        run.log_notes(notes)
        run.log_table(PREDICTIONS, predictions)
        run.log_table("distances", distances)
        run.log_folder(ADVERSARIAL_IMAGES, images)
        return run.log(
            Attacked(
                run_id=run.id,
                attack=attack.title,
                model_name=found.name,
                eps=eps,
                norm=norm,
                labels=attack.label_kind,
                **{**accuracy, **integrity},
                accuracy_in_memory=in_memory,
                notes=tuple(notes),
                distances=step(summarize_distances)(distances),
                seed=run.seed,
                durations=run.watch.durations(),
            )
        )


def _compare_storage(stored: float, in_memory: float) -> list[str]:
    if abs(stored - in_memory) <= POINT:
        return []
    note = (
        f"the accuracy is {in_memory:.1%} on the attacked images in memory, but {stored:.1%} on "
        "the stored ones, whose pixels are rounded to 8 bits"
    )
    return [note]
