"""Evaluate a registered model of any make: clean, with noise, and under two attacks."""

from pathlib import Path
from typing import Annotated

from dioptra.entrypoint import flow, main
from dioptra.evasion import FGM, PGD, Assessed, Distances, Labels, Noise, Norm, assess_model
from dioptra.experiment import Data, RegisteredModel, Seed
from pydantic import Field

STRENGTHS = [0.02, 0.05, 0.1]


@flow
def evaluate(
    data: Data,
    model: RegisteredModel,
    distances: Distances,
    eps: Annotated[list[float], Field(min_length=1)] = STRENGTHS,
    norm: Norm = "inf",
    labels: Labels = "true",
    max_iter: Annotated[int, Field(ge=1)] = 20,
    seed: Seed = 1,
    results_dir: Path | None = None,
) -> Assessed:
    """Evaluate a registered model of any make: clean, with noise, and under two attacks.

    Args:
        eps: The strengths of each attack, as shares of the way from black to white.
        max_iter: The number of steps of PGD.
        results_dir: Where to write the results (default: results/MODEL in the workspace).
    """
    attacks = [
        attack
        for strength in eps
        for attack in (
            Noise(eps=strength),
            FGM(eps=strength, norm=norm, labels=labels),
            # A step is a tenth of the way to the edge.
            PGD(eps=strength, eps_step=strength / 10, max_iter=max_iter, norm=norm, labels=labels),
        )
    ]
    return assess_model(data, model, attacks, distances, seed, results_dir)


if __name__ == "__main__":
    main(evaluate)
