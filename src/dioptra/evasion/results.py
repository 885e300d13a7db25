# SPDX-License-Identifier: Apache-2.0
"""What an attack, and the evaluation of a model on its images, give."""

from pathlib import Path

from dioptra.experiment import Metric, Result
from dioptra.experiment.results import Count, Metrics


class Attacked(Result):
    """A model that was attacked; all numbers are from the images as they are stored."""

    attack: str
    """The attack."""

    model_name: str
    """The attacked model."""

    eps: float | None = None
    """The budget, as a share of the way from black to white; None where the attack has none."""

    norm: str | None = None
    """The norm of the budget."""

    labels: str | None = None
    """Whether the attack started from the model's predictions or from the true labels."""

    accuracy: Metric
    """The accuracy that the model keeps, in [0, 1]."""

    accuracy_low: Metric
    """The lower end of its 95 % interval (Wilson)."""

    accuracy_high: Metric
    """The upper end."""

    n: Count
    """The number of images."""

    accuracy_in_memory: Metric
    """The accuracy on the attacked images before they were stored."""

    linf_max: Metric
    """The largest change of a pixel, as a share of the way from black to white."""

    unchanged_share: Metric
    """The share of the images that equal their clean image, in [0, 1]."""

    notes: tuple[str, ...] = ()
    """What must be known of the result."""

    distances: Metrics
    """Statistics of the distances, by the names of the distance and the statistic."""

    seed: int
    """The seed that was used."""

    durations: dict[str, float]
    """Seconds by section; ``total`` and ``overhead`` are derived from them."""


class Assessed(Result):
    """A model that was evaluated on clean images and under several attacks."""

    model_name: str
    """The model."""

    clean_accuracy: Metric
    """The accuracy on the clean test images, in [0, 1]."""

    attack: str
    """The attack that has left the least, and what follows: its eps and what it has left."""

    eps: float
    """Its budget, as a share of the way from black to white."""

    accuracy: Metric
    """The accuracy under that attack, in [0, 1]."""

    accuracy_low: Metric
    """The lower end of its 95 % interval (Wilson)."""

    accuracy_high: Metric
    """The upper end."""

    n: Count
    """The number of images."""

    report: Path
    """The page with tables and pictures."""

    results: Path
    """The file with all numbers."""

    seed: int
    """The seed that was used."""


class Evaluated(Result):
    """A model that was evaluated on the images of an attack."""

    model_name: str
    """The evaluated model."""

    attack: str | None = None
    """The attack that made the images, and what follows: for whom and how, as far as it has it."""

    attack_model_name: str | None = None
    """The attacked model."""

    attack_eps: str | None = None
    """Its budget."""

    attack_norm: str | None = None
    """The norm of the budget."""

    attack_labels: str | None = None
    """The labels that it started from."""

    accuracy: Metric
    """The accuracy of the evaluated model, in [0, 1]."""

    accuracy_low: Metric
    """The lower end of its 95 % interval (Wilson)."""

    accuracy_high: Metric
    """The upper end."""

    n: Count
    """The number of images."""

    notes: tuple[str, ...] = ()
    """What must be known of the result."""

    durations: dict[str, float]
    """Seconds by section; ``total`` and ``overhead`` are derived from them."""
