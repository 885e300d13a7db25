"""Train a classifier of handwritten digits, log it and register it."""

from pathlib import Path
from typing import Annotated, Any, Literal

from dioptra.entrypoint import main
from dioptra.pyplugs import call_task
from dioptra.sdk.timing import Stopwatch
from prefect import flow
from pydantic import Field

import tasks


@flow
def train(
    data_dir: Path | None = None,
    image_size: tuple[int, int, int] = (28, 28, 1),
    model_architecture: Literal["shallow_net", "le_net", "alex_net"] = "le_net",
    register_model_name: str | None = None,
    epochs: Annotated[int, Field(ge=1)] = 30,
    patience: Annotated[int, Field(ge=1)] = 3,
    batch_size: Annotated[int, Field(ge=1)] = 32,
    optimizer: Literal["adam", "adagrad", "rmsprop", "sgd"] = "adam",
    learning_rate: Annotated[float, Field(gt=0)] = 0.001,
    validation_split: Annotated[float, Field(gt=0, lt=1)] = 0.2,
    seed: Annotated[int, Field(ge=-1, lt=2**31)] = -1,
) -> dict[str, Any]:
    """Train a classifier of handwritten digits, log it and register it.

    Args:
        data_dir: The folder that holds the folders training and testing (default: data/mnist in the
            workspace).
        image_size: Height and width in pixels, and number of channels, of every image.
        model_architecture: The architecture of the classifier.
        register_model_name: The name to register the model under (default: its architecture).
        epochs: The number of times, at most, that training goes over the images.
        patience: The number of epochs without a lower validation loss after which training stops.
        batch_size: The number of images in a training step.
        optimizer: The optimizer.
        learning_rate: The optimizer's learning rate.
        validation_split: The share of the training images that is kept for validation.
        seed: The seed of all random numbers; -1 draws one and records it.

    Returns:
        The run, the registered model, its accuracy on the test images and the seed.
    """
    parameters = dict(locals())
    watch = Stopwatch()
    data = tasks.find_data(data_dir, ("training", "testing"))
    name = register_model_name or model_architecture
    tasks.check_model_name(name)
    tasks.check_classes(data / "training", data / "testing")
    with tasks.start_run(f"train {name}") as run:
        seed, rng = tasks.seed_all(seed)
        dataset_seed, model_seed = (
            call_task("dioptra_builtins.random", "sample", "draw_random_integer", rng=rng)
            for _ in range(2)
        )
        tasks.log_parameters({**parameters, "used_data_dir": data})
        with watch.section("data"):
            training, validation = (
                call_task(
                    "dioptra_builtins.data",
                    "tensorflow",
                    "create_image_dataset",
                    data_dir=data / "training",
                    subset=subset,
                    image_size=image_size,
                    seed=dataset_seed,
                    validation_split=validation_split,
                    batch_size=batch_size,
                )
                for subset in ("training", "validation")
            )
            testing = tasks.open_images(data / "testing", image_size)
            hashes = {name: tasks.hash_files(data / name) for name in ("training", "testing")}
        classifier = call_task(
            "dioptra_builtins.estimators",
            "keras_classifiers",
            "init_classifier",
            model_architecture=model_architecture,
            optimizer=tasks.get_optimizer(optimizer, learning_rate),
            metrics=["accuracy"],
            input_shape=image_size,
            n_classes=call_task(
                "dioptra_builtins.data", "tensorflow", "get_n_classes", ds=training
            ),
            seed=model_seed,
        )
        with watch.section("training"):
            history = call_task(
                "dioptra_builtins.estimators",
                "tensorflow",
                "fit",
                estimator=classifier,
                x=training,
                fit_kwargs={
                    "epochs": epochs,
                    "validation_data": validation,
                    "callbacks": tasks.get_callbacks(patience),
                },
            )
        contract = call_task(
            "dioptra_builtins.registry",
            "contracts",
            "make_model_contract",
            estimator=classifier,
            class_names=training.class_names,
            pixel_interval=(0.0, 1.0),
            data_name=data.name,
            data_sha256=hashes,
        )
        with watch.section("evaluation"):
            predictions = tasks.predict_labels(classifier, testing, contract)
            measured = tasks.estimate_accuracy(predictions)
        clean = {f"clean_{name}": measured[name] for name in tasks.ACCURACIES}
        tasks.log_hashes(
            {
                **{f"data_sha256.{name}": value for name, value in hashes.items()},
                "weights_sha256": tasks.hash_weights(classifier),
            }
        )
        tasks.log_history(history)
        call_task(
            "dioptra_builtins.tracking",
            "mlflow",
            "log_metrics",
            metrics=clean,
        )
        tasks.log_predictions(predictions)
        call_task(
            "dioptra_builtins.tracking",
            "mlflow",
            "log_tensorflow_keras_estimator",
            estimator=classifier,
            model_dir=tasks.MODEL_DIR,
            contract=contract,
        )
        version = call_task(
            "dioptra_builtins.registry",
            "mlflow",
            "add_model_to_registry",
            active_run=run,
            name=name,
            model_dir=tasks.MODEL_DIR,
        )
        return {
            "run_id": run.info.run_id,
            "model_name": name,
            "model_version": str(version.version),
            **clean,
            "n_test": measured["n"],
            "epochs": len(history.epoch),
            "parameters": classifier.count_params(),
            "seed": seed,
            "durations": watch.durations(),
        }


if __name__ == "__main__":
    main(train)
