"""Attack a registered model with an attack that is chosen by name, and store the result."""

from dioptra.entrypoint import flow, main
from dioptra.evasion import Attacked, ChosenAttack, Measures, attack_model
from dioptra.experiment import Data, RegisteredModel, Seed


@flow
def attack(
    data: Data, model: RegisteredModel, method: ChosenAttack, measures: Measures, seed: Seed = -1
) -> Attacked:
    """Attack a registered model with an attack that is chosen by name, and store the result."""
    return attack_model(data, model, method.make(), measures, seed)


if __name__ == "__main__":
    main(attack)
