"""Train a network of colour pictures that normalises its input itself, and attack it."""

from pathlib import Path

from dioptra.entrypoint import flow, main
from dioptra.evasion import Assessed, ChosenAttacks, Distances, assess_model
from dioptra.experiment import (
    Seed,
    Training,
    check_training,
    experiment,
    keep_trained,
    open_training_images,
)

from tasks import make_network, make_pictures

NAME = "colour_net"
BYTES = (0.0, 255.0)


@flow
def colour(
    training: Training = Training(epochs=8),
    attacks: ChosenAttacks = ChosenAttacks(eps=[0.02, 0.05]),
    seed: Seed = 1,
    data_dir: Path | None = None,
    results_dir: Path | None = None,
) -> Assessed:
    """Train a network of colour pictures that normalises its input itself, and attack it.

    Args:
        data_dir: Where to make the data set (default: data/colour-pictures in the workspace).
        results_dir: Where to write the results (default: results/colour_net in the workspace).
    """
    chosen, distances = attacks.make(), Distances()
    data = make_pictures(data_dir)
    used = {"used_data_dir": check_training(data, NAME)}
    with experiment(seed=seed, used=used) as run:
        images = open_training_images(run, data, training, pixel_interval=BYTES)
        first, _ = next(images.training.as_numpy_iterator())
        optimizer, classes = training.make_optimizer(), len(images.class_names)
        network = make_network(first, classes, optimizer, run.draw_seed())
        history = training.fit(run, network, images)
        model = keep_trained(run, network, images, history, NAME).model
        return run.log(assess_model(data, model, chosen, distances, run.seed, results_dir))


if __name__ == "__main__":
    main(colour)
