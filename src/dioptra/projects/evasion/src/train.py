"""Train one of the built-in networks on a data set, and register it."""

from dioptra.entrypoint import flow, main
from dioptra.experiment import Architecture, Data, Seed, Trained, Training, train_network


@flow
def train(
    data: Data,
    training: Training,
    model_architecture: Architecture = "le_net",
    model_name: str | None = None,
    seed: Seed = -1,
) -> Trained:
    """Train one of the built-in networks on a data set, and register it.

    Args:
        model_name: The name to register the model under (default: its architecture).
    """
    return train_network(data, training, model_architecture, model_name, seed)


if __name__ == "__main__":
    main(train)
