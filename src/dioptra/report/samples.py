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
    """Samples of one attacked model and one eps."""

    attacked: str
    eps: float
    samples: tuple[Sample, ...]


def read_samples(folder: str | os.PathLike[str]) -> list[Group]:
    """Read the sample images that a report shows.

    Of every attacked model up to three values of eps are taken (the smallest, the middle and the
    largest) and of each the first five images; nothing is chosen by what the images show.

    Args:
        folder: May hold ``samples.npz``.

    Returns:
        Groups by attacked model and rising eps; none if there is no such file or no image in it.

    Raises:
        ResultsError: The file is no such archive, or an array of it is missing or does not fit.
    """
    path = Path(folder) / SAMPLES
    return _shown(load_arrays(path)) if path.exists() else []


def _shown(arrays: dict[str, Any]) -> list[Group]:
    rows: dict[str, dict[float, list[int]]] = {}
    keys = zip(arrays["attacked"].tolist(), arrays["eps"].tolist(), strict=True)
    for row, (attacked, eps) in enumerate(keys):
        rows.setdefault(attacked, {}).setdefault(eps, []).append(row)
    return [
        Group(attacked, eps, _samples(arrays, found[eps]))
        for attacked, found in sorted(rows.items())
        for eps in _ends_and_middle(sorted(found))
    ]


def _samples(arrays: dict[str, Any], rows: list[int]) -> tuple[Sample, ...]:
    names = Sample.__dataclass_fields__
    return tuple(Sample(*(arrays[name][row] for name in names)) for row in rows[:IMAGES_A_GROUP])


def _ends_and_middle(strengths: list[float]) -> list[float]:
    last = len(strengths) - 1
    return [strengths[index] for index in sorted({0, last // 2, last})]
