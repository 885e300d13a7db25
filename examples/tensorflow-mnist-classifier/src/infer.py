"""Evaluate a registered classifier on the adversarial images of a run."""

import contextlib
import tempfile
from pathlib import Path
from typing import Any

from dioptra.entrypoint import main
from dioptra.pyplugs import call_task
from dioptra.sdk.timing import Stopwatch
from prefect import flow

import tasks

# What a result names of the attack that made its images, as far as the attack has it.
ATTACK = {
    "attack": "attack",
    "model_name": "attack_model_name",
    "eps": "attack_eps",
    "norm": "attack_norm",
    "labels": "attack_labels",
}


@flow
def infer(
    run_id: str,
    model_name: str = "le_net",
    model_version: str = "latest",
    image_size: tuple[int, int, int] = (28, 28, 1),
    adv_data_dir: Path | None = None,
) -> dict[str, Any]:
    """Evaluate a registered classifier on the adversarial images of a run.

    Args:
        run_id: The MLflow run that made the images.
        model_name: The registered model to evaluate; it need not be the one that was attacked.
        model_version: Its version, an alias, or latest.
        image_size: Height and width in pixels, and number of channels, of every image.
        adv_data_dir: The folder of the images where it is at hand (default: they are fetched from
            MLflow).

    Returns:
        The run, the model, its accuracy on the images and their number.
    """
    parameters = dict(locals())
    watch = Stopwatch()
    source = call_task("dioptra_builtins.tracking", "mlflow", "get_run_data", run_id=run_id)
    version = tasks.find_model_version(model_name, model_version)
    contract = tasks.get_contract(model_name, version)
    contract.check_image_size(image_size, f"the model {model_name!r}")
    attack = {key: source.params[name] for name, key in ATTACK.items() if name in source.params}
    with contextlib.ExitStack() as stack:
        run = stack.enter_context(tasks.start_run(f"infer {model_name}"))
        tasks.seed_all(0)
        tasks.log_parameters({**parameters, **attack, "used_model_version": version})
        if adv_data_dir is None:
            working_dir = stack.enter_context(tempfile.TemporaryDirectory())
            adv_data_dir = tasks.fetch_adversarial_images(run_id, Path(working_dir))
        classifier = call_task(
            "dioptra_builtins.registry",
            "mlflow",
            "load_tensorflow_keras_classifier",
            name=model_name,
            version=version,
        )
        with watch.section("evaluation"):
            images = tasks.open_images(adv_data_dir, image_size, contract)
            predictions = tasks.predict_labels(classifier, images, contract)
            measured = tasks.estimate_accuracy(predictions)
            tasks.log_hashes(
                {
                    "data_sha256.adversarial_images": tasks.hash_files(adv_data_dir),
                    "model_sha256.weights": tasks.hash_weights(classifier),
                }
            )
        call_task("dioptra_builtins.tracking", "mlflow", "log_metrics", metrics=measured)
        tasks.log_predictions(predictions)
        notes = tasks.compare_origin(
            contract,
            model_name,
            source.tags.get("data_sha256.testing"),
            source.params.get("used_data_dir", "of the run"),
        )
        tasks.log_notes(notes)
        return {
            "run_id": run.info.run_id,
            "model_name": model_name,
            **attack,
            **measured,
            **({"notes": notes} if notes else {}),
            "durations": watch.durations(),
        }


if __name__ == "__main__":
    main(infer)
