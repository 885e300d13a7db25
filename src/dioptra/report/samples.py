# SPDX-License-Identifier: Apache-2.0
"""The sample images that a report shows, in groups."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.report.archive import load_arrays
from dioptra.report.files import SAMPLES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

IMAGES_A_GROUP = 5


@dataclass(frozen=True)
class Sample:
    """One test image before and after the attack, both uint8 [h, w, c] with c 1 or 3."""

    label: str
    predicted_clean: str
    predicted_adversarial: str
    clean: "NDArray[np.uint8]"
    adversarial: "NDArray[np.uint8]"


@dataclass(frozen=True)
class Group:
    """Samples of one attacked model and one eps, and of one attack where there are several."""

    attacked: str
    eps: float
    samples: tuple[Sample, ...]
    attack: str = "attack"


def read_samples(folder: str | os.PathLike[str]) -> list[Group]:
    """Read the sample images that a report shows.

    Of every attack and attacked model up to three values of eps are taken (the smallest, the middle
    and the largest) and of each the first five images; nothing is chosen by what they show.

    Args:
        folder: May hold ``samples.npz``.

    Returns:
        Groups by attack, attacked model and rising eps; none if there is no such file or no image.

    Raises:
        ResultsError: The file is no such archive, or an array of it is missing or does not fit.
    """
    path = Path(folder) / SAMPLES
    return _shown(load_arrays(path)) if path.exists() else []


def _shown(arrays: dict[str, Any]) -> list[Group]:
    rows: dict[tuple[str, str], dict[float, list[int]]] = {}
    attacked, strengths = arrays["attacked"].tolist(), arrays["eps"].tolist()
    attacks = arrays["attack"].tolist() if "attack" in arrays else [Group.attack] * len(attacked)
    for row, (attack, model, eps) in enumerate(zip(attacks, attacked, strengths, strict=True)):
        rows.setdefault((attack, model), {}).setdefault(eps, []).append(row)
    return [
        Group(model, eps, _samples(arrays, found[eps]), attack)
        for (attack, model), found in sorted(rows.items())
        for eps in _ends_and_middle(sorted(found))
    ]


def _samples(arrays: dict[str, Any], rows: list[int]) -> tuple[Sample, ...]:
    names = Sample.__dataclass_fields__
    return tuple(Sample(*(arrays[name][row] for name in names)) for row in rows[:IMAGES_A_GROUP])


def _ends_and_middle(strengths: list[float]) -> list[float]:
    last = len(strengths) - 1
    return [strengths[index] for index in sorted({0, last // 2, last})]
