"""Train a classifier of handwritten digits, log it and register it."""

from dioptra.entrypoint import flow, main
from dioptra.experiment import Architecture, Seed, Trained, Training, train_network

from tasks import Digits


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
        register_model_name: The name to register the model under (default: its architecture).
    """
    return train_network(data, training, model_architecture, register_model_name, seed)


if __name__ == "__main__":
    main(train)
