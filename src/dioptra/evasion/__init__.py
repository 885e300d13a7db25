# SPDX-License-Identifier: Apache-2.0
"""Evasion attacks on registered models: parameters, attack, evaluation, and the report of many."""

from dioptra.evasion.attacking import Measures, attack_model
from dioptra.evasion.attacks import (
    FGM,
    PGD,
    ARTAttack,
    Attack,
    BatchSize,
    Eps,
    Labels,
    Norm,
    PixelShare,
    Storage,
    Target,
)
from dioptra.evasion.evaluating import evaluate_model, fetch_adversarial_images
from dioptra.evasion.results import Attacked, Evaluated
from dioptra.evasion.seed_curves import write_seed_curves
from dioptra.evasion.study import Study

__all__ = [
    "FGM",
    "PGD",
    "ARTAttack",
    "Attack",
    "Attacked",
    "BatchSize",
    "Eps",
    "Evaluated",
    "Labels",
    "Measures",
    "Norm",
    "PixelShare",
    "Storage",
    "Study",
    "Target",
    "attack_model",
    "evaluate_model",
    "fetch_adversarial_images",
    "write_seed_curves",
]
