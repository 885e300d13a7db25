# SPDX-License-Identifier: Apache-2.0
"""Evasion attacks on registered models: parameters, attack, evaluation, and the report of many."""

from dioptra.evasion.attacking import Distances, Measures, attack_model
from dioptra.evasion.attacks import (
    FGM,
    PGD,
    ARTAttack,
    Attack,
    BatchSize,
    Eps,
    Labels,
    Noise,
    Norm,
    PixelShare,
    Storage,
    Target,
)
from dioptra.evasion.choosing import ATTACKS, ChosenAttack, ChosenAttacks, find_attack
from dioptra.evasion.collecting import collect_runs
from dioptra.evasion.evaluating import evaluate_model, fetch_adversarial_images
from dioptra.evasion.results import Assessed, Attacked, Evaluated
from dioptra.evasion.robustness import assess_model
from dioptra.evasion.seed_curves import write_seed_curves
from dioptra.evasion.study import Study

__all__ = [
    "ATTACKS",
    "FGM",
    "PGD",
    "ARTAttack",
    "Assessed",
    "Attack",
    "Attacked",
    "BatchSize",
    "ChosenAttack",
    "ChosenAttacks",
    "Distances",
    "Eps",
    "Evaluated",
    "Labels",
    "Measures",
    "Noise",
    "Norm",
    "PixelShare",
    "Storage",
    "Study",
    "Target",
    "assess_model",
    "attack_model",
    "collect_runs",
    "evaluate_model",
    "fetch_adversarial_images",
    "find_attack",
    "write_seed_curves",
]
