# SPDX-License-Identifier: Apache-2.0
"""The parts of a training that do not depend on the model: images before it, and what is kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from dioptra.datasets import list_images, match_classes
from dioptra.entrypoint import Parameters
from dioptra.experiment.images import hash_images
from dioptra.experiment.models import check_model_name, hash_model, register_model
from dioptra.experiment.predictions import PREDICTIONS, measure_folder
from dioptra.experiment.results import Trained
from dioptra.experiment.run import experiment
from dioptra.pyplugs import step
from dioptra_builtins.data.tensorflow import create_image_dataset
from dioptra_builtins.estimators.keras_classifiers import init_classifier
from dioptra_builtins.estimators.tensorflow import fit
from dioptra_builtins.registry.contracts import make_model_contract

if TYPE_CHECKING:
    import keras

    from dioptra.experiment.parameters import DataSource
    from dioptra.experiment.run import Run

Architecture = Annotated[
    Literal["shallow_net", "le_net", "alex_net"],
    Field(description="The architecture of the classifier."),
]
"""The type of a parameter that chooses one of the built-in networks."""

BYTE = 255
PARTS: tuple[Literal["training", "validation"], ...] = ("training", "validation")


class Training(Parameters):
    """How a Keras model is trained."""

    epochs: Annotated[int, Field(ge=1)] = 30
    """The number of times, at most, that training goes over the images."""

    patience: Annotated[int, Field(ge=1)] = 3
    """The number of epochs without a lower validation loss after which training stops."""

    batch_size: Annotated[int, Field(ge=1)] = 32
    """The number of images in a training step."""

    optimizer: Literal["adam", "adagrad", "rmsprop", "sgd"] = "adam"
    """The optimizer."""

    learning_rate: Annotated[float, Field(gt=0)] = 0.001
    """The optimizer's learning rate."""

    validation_split: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """The share of the training images that is kept for validation."""

    def make_optimizer(self) -> "keras.optimizers.Optimizer":
        """Make the optimizer."""
        import keras

        config = {"learning_rate": self.learning_rate}
        return keras.optimizers.get({"class_name": self.optimizer, "config": config})

    def fit(
        self, run: "Run", estimator: "keras.Model", images: "TrainingImages"
    ) -> "keras.callbacks.History":
        """Train a model; it stops early, and keeps the weights of the lowest validation loss.

        Args:
            run: The open run.
            estimator: A compiled Keras model.
            images: What :func:`open_training_images` gave.

        Returns:
            Loss and metrics of each epoch.

        Raises:
            ParameterError: The model does not take such images.
        """
        import keras

        stop = keras.callbacks.EarlyStopping(
            "val_loss", patience=self.patience, restore_best_weights=True
        )
        options = {"validation_data": images.validation, "callbacks": [stop]}
        with run.section("training"):
            return step(fit)(
                estimator=estimator,
                x=images.training,
                fit_kwargs={"epochs": self.epochs, **options},
            )


@dataclass(frozen=True)
class TrainingImages:
    """The images of a training.

    Attributes:
        folder: The data set, with the folders training and testing.
        image_size: Height and width in pixels, and channels.
        pixel_interval: What a byte 0 and a byte 255 are in the model's input.
        training: A ``tf.data.Dataset`` of batches, shuffled anew in every epoch.
        validation: Another one, of the share that is kept for validation.
        hashes: SHA-256 of both folders, by their names.
    """

    folder: Path
    image_size: tuple[int, int, int]
    pixel_interval: tuple[float, float]
    training: Any
    validation: Any
    hashes: dict[str, str]

    @property
    def class_names(self) -> list[str]:
        """The names of the classes, in the order of the model's outputs."""
        names: list[str] = self.training.class_names
        return names


def check_training(data: "DataSource", name: str) -> Path:
    """Check, before a run is opened, what a training would fail for at its end.

    Args:
        data: The data set.
        name: The name to register the model under.

    Returns:
        The folder of the data set, an absolute path.

    Raises:
        DatasetError: It has no training or no test images, or test images of a class that is not
            learnt.
        ParameterError: MLflow takes no such name.
    """
    folder = data.find("training", "testing")
    check_model_name(name)
    known, found = (list_images(folder / part).class_names for part in ("training", "testing"))
    match_classes(known, found)
    return folder


def open_training_images(
    run: "Run",
    data: "DataSource",
    training: Training,
    pixel_interval: tuple[float, float] = (0.0, 1.0),
) -> TrainingImages:
    """Open the training images of a data set.

    Args:
        run: The open run, which draws the seed of the split and of the order.
        data: The data set.
        training: How the model is trained.
        pixel_interval: What a byte 0 and a byte 255 are in the model's input.

    Returns:
        The images.

    Raises:
        DatasetError: The data set cannot be used.
    """
    folder, seed = data.find("training", "testing"), run.draw_seed()
    image_size = data.find_image_size("training")
    low, high = pixel_interval
    with run.section("data"):
        learnt, kept = (
            step(create_image_dataset)(
                data_dir=folder / "training",
                subset=subset,
                image_size=image_size,
                seed=seed,
                validation_split=training.validation_split,
                batch_size=training.batch_size,
                rescale=(high - low) / BYTE,
                offset=low,
            )
            for subset in PARTS
        )
        hashes = {name: hash_images(folder / name) for name in ("training", "testing")}
    return TrainingImages(folder, image_size, pixel_interval, learnt, kept, hashes)


def keep_trained(
    run: "Run",
    estimator: "keras.Model",
    images: TrainingImages,
    history: "keras.callbacks.History",
    name: str,
) -> Trained:
    """Evaluate a trained model on the test images, log it with its contract, and register it.

    Args:
        run: The open run.
        estimator: The trained model.
        images: The images that it was trained on.
        history: What its training gave.
        name: The name to register it under.

    Returns:
        The registered model, and its accuracy.

    Raises:
        DatasetError: The test images cannot be used.
        NonFiniteError: A weight or an output is NaN or infinite.
    """
    contract = step(make_model_contract)(
        estimator=estimator,
        class_names=images.class_names,
        pixel_interval=images.pixel_interval,
        data_name=images.folder.name,
        data_sha256=images.hashes,
    )
    with run.section("evaluation"):
        predictions, accuracy = measure_folder(estimator, images.folder / "testing", contract)
    run.log_hashes(
        {
            **{f"data_sha256.{part}": value for part, value in images.hashes.items()},
            "weights_sha256": hash_model(estimator),
        }
    )
    for epoch, values in enumerate(zip(*history.history.values(), strict=True)):
        run.log_metrics_at(epoch, dict(zip(history.history, values, strict=True)))
    run.log_table(PREDICTIONS, predictions)
    return run.log(
        Trained(
            run_id=run.id,
            model_name=name,
            model_version=register_model(run.active, estimator, contract, name),
            clean_accuracy=accuracy["accuracy"],
            clean_accuracy_low=accuracy["accuracy_low"],
            clean_accuracy_high=accuracy["accuracy_high"],
            n_test=accuracy["n"],
            epochs=len(history.epoch),
            parameters=estimator.count_params(),
            seed=run.seed,
            durations=run.watch.durations(),
        )
    )


def train_network(
    data: "DataSource",
    training: Training,
    architecture: Architecture,
    name: str | None = None,
    seed: int = -1,
) -> Trained:
    """Train one of the built-in networks on a data set, and register it: the whole experiment.

    Args:
        data: The data set.
        training: How it is trained.
        architecture: The network.
        name: The name to register it under; None for that of the architecture.
        seed: The seed of all random numbers; -1 draws one and records it.

    Returns:
        The registered model, and its accuracy on the test images.

    Raises:
        DatasetError: The data set cannot be used.
        NonFiniteError: The training has diverged.
        ParameterError: The network does not take such images, or MLflow no such name.
    """
    name = name or architecture
    used = {"used_data_dir": check_training(data, name)}
    with experiment(f"train {name}", seed=seed, used=used) as run:
        images = open_training_images(run, data, training)
        network = step(init_classifier)(
            model_architecture=architecture,
            optimizer=training.make_optimizer(),
            metrics=["accuracy"],
            input_shape=images.image_size,
            n_classes=len(images.class_names),
            seed=run.draw_seed(),
        )
        history = training.fit(run, network, images)
        return keep_trained(run, network, images, history, name)
