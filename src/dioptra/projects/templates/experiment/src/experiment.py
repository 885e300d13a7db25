"""Train a network on handwritten digits, and attack it with noise and with FGM."""

from dioptra.entrypoint import flow, main
from dioptra.evasion import FGM, Assessed, Distances, Labels, Noise, assess_model
from dioptra.experiment import Seed, Training, train_network
from dioptra.experiment import experiment as open_run

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
    digits, distances = make_digits(), Distances(distance_metrics=["l_inf_norm", "l_2_norm"])
    attacks = [Noise(eps=eps), FGM(eps=eps, labels=labels)]
    with open_run(seed=seed) as run:
        trained = train_network(digits, training, "shallow_net", "{name}", run.seed)
        return run.log(assess_model(digits, trained.model, attacks, distances, run.seed))


if __name__ == "__main__":
    main(experiment)
