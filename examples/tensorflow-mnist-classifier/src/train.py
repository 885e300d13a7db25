"""Train a classifier of handwritten digits, log it and register it."""

from dioptra.entrypoint import flow, main
from dioptra.experiment import (
    Seed,
    Trained,
    Training,
    check_training,
    experiment,
    keep_trained,
    open_training_images,
)
from dioptra.pyplugs import step
from dioptra_builtins.estimators.keras_classifiers import init_classifier

from tasks import Architecture, Digits


@flow
def train(
    data: Digits,
    training: Training,
    model_architecture: Architecture = "le_net",
    register_model_name: str | None = None,
    seed: Seed = -1,
) -> Trained:
    """Train a classifier of handwritten digits, log it and register it.

    Args:
        model_architecture: The architecture of the classifier.
        register_model_name: The name to register the model under (default: its architecture).
    """
    name = register_model_name or model_architecture
    used = {"used_data_dir": check_training(data, name)}
    with experiment(f"train {name}", seed=seed, used=used) as run:
        images = open_training_images(run, data, training)
        classifier = step(init_classifier)(
            model_architecture=model_architecture,
            optimizer=training.make_optimizer(),
            metrics=["accuracy"],
            input_shape=images.image_size,
            n_classes=len(images.class_names),
            seed=run.draw_seed(),
        )
        history = training.fit(run, classifier, images)
        return keep_trained(run, classifier, images, history, name)


if __name__ == "__main__":
    main(train)
