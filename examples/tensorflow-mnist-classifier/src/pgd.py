"""Attack a registered classifier by projected gradient descent and store the result."""

from dioptra.entrypoint import flow, main
from dioptra.evasion import PGD, Attacked, Measures, attack_model
from dioptra.experiment import Seed

from tasks import Digits, LeNet


@flow
def pgd(data: Digits, model: LeNet, attack: PGD, measures: Measures, seed: Seed = -1) -> Attacked:
    """Attack a registered classifier by projected gradient descent and store the result."""
    return attack_model(data, model, attack, measures, seed)


if __name__ == "__main__":
    main(pgd)
