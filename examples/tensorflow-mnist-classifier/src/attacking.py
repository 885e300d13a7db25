"""The steps that the entry points fgm, pgd and attack share; each declares its own parameters."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.pyplugs import call_task
from dioptra.sdk.timing import Stopwatch

import tasks

if TYPE_CHECKING:
    import pandas as pd

METRICS = [
    "l_inf_norm",
    "l_1_norm",
    "l_2_norm",
    "paired_cosine_similarities",
    "paired_wasserstein_distances",
]
# All other parameters of an entry point are those of its attack.
SHARED = (
    "data_dir",
    "image_size",
    "model_name",
    "model_version",
    "distance_metrics",
    "adv_data_dir",
    "seed",
)
RETURNED = ("eps", "norm", "labels")


def run_attack(plugin: str, task: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Attack a registered classifier, store the images, and log what was done to the run.

    Args:
        plugin: The plugin of ``dioptra_builtins.attacks``.
        task: Its task, which attacks a folder of images.
        parameters: Those of the entry point.

    Returns:
        The run, the attack and what it was told; from the stored files the accuracy that the model
        keeps, the number of images, the largest distance and the share of unchanged images; their
        distances, and the seed.
    """
    options = {name: value for name, value in parameters.items() if name not in SHARED}
    model_name, image_size = parameters["model_name"], parameters["image_size"]
    watch = Stopwatch()
    data = tasks.find_data(parameters["data_dir"])
    version = tasks.find_model_version(model_name, parameters["model_version"])
    contract = tasks.get_contract(model_name, version)
    metrics = call_task(
        "dioptra_builtins.metrics",
        "distance",
        "get_distance_metric_list",
        request=[{"name": name, "func": name} for name in parameters["distance_metrics"]],
        pixel_interval=contract.pixel_interval,
    )
    tasks.check_fit(contract, model_name, image_size, data / "testing")
    name = options.get("attack_name", plugin)
    opened = tasks.start_run(f"{name} {model_name}")
    outcomes: list[pd.DataFrame] = []
    with opened as run, tempfile.TemporaryDirectory() as working_dir:
        seed, _ = tasks.seed_all(parameters["seed"])
        used = {"used_data_dir": data, "used_model_version": version}
        tasks.log_parameters({**parameters, "attack": name, **used})
        classifier = call_task(
            "dioptra_builtins.registry",
            "art",
            "load_wrapped_tensorflow_keras_classifier",
            name=model_name,
            version=version,
        )
        target = parameters["adv_data_dir"] or Path(working_dir) / tasks.ADVERSARIAL_IMAGES
        with watch.section("attack"):
            distances = call_task(
                "dioptra_builtins.attacks",
                plugin,
                task,
                data_dir=data / "testing",
                adv_data_dir=target,
                keras_classifier=classifier,
                image_size=image_size,
                distance_metrics_list=metrics,
                rescale=contract.scale[0],
                on_outcomes=outcomes.append,
                **tasks.in_pixels(options, contract),
            )
            integrity = call_task(
                "dioptra_builtins.data",
                "tensorflow",
                "compare_image_folders",
                clean_dir=data / "testing",
                adv_data_dir=target,
                image_size=image_size,
            )
            images_hash = tasks.hash_files(target)
        data_hash = tasks.hash_files(data / "testing")
        tasks.log_hashes(
            {
                "data_sha256.testing": data_hash,
                "model_sha256.weights": tasks.hash_weights(classifier.model),
                "adversarial_images_sha256": images_hash,
            }
        )
        (predictions,) = outcomes
        measured = {
            **tasks.estimate_accuracy(predictions),
            "accuracy_in_memory": float(predictions["correct_in_memory"].mean()),
        }
        statistics = call_task(
            "dioptra_builtins.metrics", "distance", "summarize_distances", data_frame=distances
        )
        call_task(
            "dioptra_builtins.tracking",
            "mlflow",
            "log_metrics",
            metrics={**statistics, **integrity, **measured},
        )
        tasks.log_predictions(predictions)
        notes = [
            *tasks.compare_origin(contract, model_name, data_hash, str(data)),
            *tasks.compare_storage(measured["accuracy"], measured["accuracy_in_memory"]),
        ]
        tasks.log_notes(notes)
        call_task(
            "dioptra_builtins.artifacts",
            "mlflow",
            "upload_data_frame_artifact",
            data_frame=distances,
            file_name="distances",
            file_format="csv.gz",
            file_format_kwargs={"index": False},
        )
        call_task(
            "dioptra_builtins.artifacts",
            "mlflow",
            "upload_directory_as_tarball_artifact",
            source_dir=target,
            tarball_filename=tasks.TARBALL,
            working_dir=working_dir,
        )
        return {
            "run_id": run.info.run_id,
            "attack": name,
            "model_name": model_name,
            **{key: options[key] for key in RETURNED if key in options},
            **measured,
            **integrity,
            **({"notes": notes} if notes else {}),
            "distances": statistics,
            "seed": seed,
            "durations": watch.durations(),
        }
