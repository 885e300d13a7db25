"""Attack a registered classifier with the fast gradient method and store the result."""

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import main
from dioptra.pyplugs import call_task
from dioptra.sdk.timing import Stopwatch
from prefect import flow
from pydantic import Field

import tasks

METRICS = [
    "l_inf_norm",
    "l_1_norm",
    "l_2_norm",
    "paired_cosine_similarities",
    "paired_wasserstein_distances",
]


@flow
def fgm(
    data_dir: Path | None = None,
    image_size: tuple[int, int, int] = (28, 28, 1),
    model_name: str = "le_net",
    model_version: str = "latest",
    eps: Annotated[float, Field(ge=0, le=1)] = 0.3,
    eps_step: Annotated[float, Field(gt=0)] = 0.1,
    minimal: bool = False,
    norm: Literal["inf", "1", "2"] = "inf",
    labels: Literal["predicted", "true"] = "predicted",
    batch_size: Annotated[int, Field(ge=1)] = 32,
    distance_metrics: list[str] = METRICS,
    adv_data_dir: Path | None = None,
    seed: Annotated[int, Field(ge=-1, lt=2**31)] = -1,
) -> dict[str, Any]:
    """Attack a registered classifier with the fast gradient method and store the result.

    Args:
        data_dir: The folder that holds the folder testing (default: data/mnist in the workspace).
        image_size: Height and width in pixels, and number of channels, of every image.
        model_name: The registered model to attack.
        model_version: Its version, an alias, or latest.
        eps: The largest distance of an adversarial image from the clean one, in pixel values of
            [0, 1].
        eps_step: The step of the search for the smallest perturbation.
        minimal: Search, up to eps, for the smallest perturbation that changes the prediction.
        norm: The norm in which eps is measured.
        labels: Whether the attack starts from the model's predictions or from the true labels.
        batch_size: The number of images attacked at once.
        distance_metrics: The distances to compute between clean and adversarial images.
        adv_data_dir: A new folder in which to keep the adversarial images as well (default: they
            are kept in MLflow alone).
        seed: The seed of all random numbers; -1 draws one and records it.

    Returns:
        The run, the number of images, the largest distance and the share of unchanged images, both
        computed from the stored files, and the seed.
    """
    parameters = dict(locals())
    watch = Stopwatch()
    data = tasks.find_data(data_dir)
    with tasks.start_run(f"fgm {model_name}") as run, tempfile.TemporaryDirectory() as working_dir:
        seed, _ = tasks.seed_all(seed)
        tasks.log_parameters({**parameters, "used_data_dir": data})
        classifier = call_task(
            "dioptra_builtins.registry",
            "art",
            "load_wrapped_tensorflow_keras_classifier",
            name=model_name,
            version=model_version,
        )
        metrics = call_task(
            "dioptra_builtins.metrics",
            "distance",
            "get_distance_metric_list",
            request=[{"name": name, "func": name} for name in distance_metrics],
        )
        target = adv_data_dir or Path(working_dir) / tasks.ADVERSARIAL_IMAGES
        with watch.section("attack"):
            distances = call_task(
                "dioptra_builtins.attacks",
                "fgm",
                "create_adversarial_fgm_dataset",
                data_dir=data / "testing",
                adv_data_dir=target,
                keras_classifier=classifier,
                image_size=image_size,
                distance_metrics_list=metrics,
                batch_size=batch_size,
                eps=eps,
                eps_step=eps_step,
                minimal=minimal,
                norm=norm,
                labels=labels,
            )
            integrity = call_task(
                "dioptra_builtins.data",
                "tensorflow",
                "compare_image_folders",
                clean_dir=data / "testing",
                adv_data_dir=target,
                image_size=image_size,
            )
        statistics = call_task(
            "dioptra_builtins.metrics", "distance", "summarize_distances", data_frame=distances
        )
        call_task(
            "dioptra_builtins.tracking",
            "mlflow",
            "log_metrics",
            metrics={**statistics, **integrity},
        )
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
            "model_name": model_name,
            "eps": eps,
            "norm": norm,
            "labels": labels,
            **integrity,
            "distances": statistics,
            "seed": seed,
            "durations": watch.durations(),
        }


if __name__ == "__main__":
    main(fgm)
