"""Evaluate a registered model clean and under two attacks, one of them of this project."""

from dioptra.entrypoint import flow, main
from dioptra.evasion import FGM, Assessed, Distances, Eps, assess_model
from dioptra.experiment import Data, RegisteredModel, Seed

from .attacks import Shift


@flow
def evaluate(
    data: Data, model: RegisteredModel, distances: Distances, eps: Eps = 0.1, seed: Seed = 1
) -> Assessed:
    """Evaluate a registered model clean and under two attacks, one of them of this project."""
    attacks = [FGM(eps=eps), Shift(eps=eps)]
    return assess_model(data, model, attacks, distances, seed)


if __name__ == "__main__":
    main(evaluate)
