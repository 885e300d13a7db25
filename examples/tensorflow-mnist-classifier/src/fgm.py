"""Attack a registered classifier with the fast gradient method and store the result."""

from dioptra.entrypoint import flow, main
from dioptra.evasion import FGM, Attacked, Measures, attack_model
from dioptra.experiment import Seed

from tasks import Digits, LeNet


@flow
def fgm(data: Digits, model: LeNet, attack: FGM, measures: Measures, seed: Seed = -1) -> Attacked:
    """Attack a registered classifier with the fast gradient method and store the result."""
    return attack_model(data, model, attack, measures, seed)


if __name__ == "__main__":
    main(fgm)
