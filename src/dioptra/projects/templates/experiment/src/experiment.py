"""Train a network on handwritten digits, and attack it with noise and with FGM."""

from dioptra.entrypoint import flow, main
from dioptra.evasion import FGM, Assessed, Distances, Labels, Noise, assess_model
from dioptra.experiment import Seed, Training, train_network

from .tasks import make_digits


@flow
def experiment(
    training: Training = Training(epochs=5),
    eps: float = 0.1,
    labels: Labels = "predicted",
    seed: Seed = 1,
) -> Assessed:
    """Train a network on handwritten digits, and attack it with noise and with FGM.

    Args:
        eps: The strength of both, as a share of the way from black to white.
    """
    digits = make_digits()
    trained = train_network(digits, training, "shallow_net", "{name}", seed)
    attacks = [Noise(eps=eps), FGM(eps=eps, labels=labels)]
    distances = Distances(distance_metrics=["l_inf_norm", "l_2_norm"])
    return assess_model(digits, trained.model, attacks, distances, trained.seed)


if __name__ == "__main__":
    main(experiment)
