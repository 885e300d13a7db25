"""Attack a registered classifier with any evasion attack of ART and store the result."""

from dioptra.entrypoint import flow, main
from dioptra.evasion import ARTAttack, Attacked, Measures, attack_model
from dioptra.experiment import Seed

from tasks import Digits, LeNet


@flow
def attack(
    data: Digits, model: LeNet, method: ARTAttack, measures: Measures, seed: Seed = -1
) -> Attacked:
    """Attack a registered classifier with any evasion attack of ART and store the result."""
    return attack_model(data, model, method, measures, seed)


if __name__ == "__main__":
    main(attack)
