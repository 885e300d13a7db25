"""Evaluate a registered model on clean images and under several attacks, with a report."""

from pathlib import Path

from dioptra.entrypoint import flow, main
from dioptra.evasion import Assessed, ChosenAttacks, Distances, assess_model
from dioptra.experiment import Data, RegisteredModel, Seed


@flow
def evaluate(
    data: Data,
    model: RegisteredModel,
    attacks: ChosenAttacks,
    distances: Distances,
    seed: Seed = -1,
    results_dir: Path | None = None,
) -> Assessed:
    """Evaluate a registered model on clean images and under several attacks, with a report.

    Args:
        results_dir: Where to write the results (default: results/MODEL in the workspace).
    """
    return assess_model(data, model, attacks.make(), distances, seed, results_dir)


if __name__ == "__main__":
    main(evaluate)
