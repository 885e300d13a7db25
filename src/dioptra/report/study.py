# SPDX-License-Identifier: Apache-2.0
"""The results sorted by what can be compared: one attack, one norm, one kind of labels."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from dioptra.report.text import norm_name
from dioptra.sdk.exceptions import CountsError, ResultsError
from dioptra.sdk.intervals import Interval, estimate_interval

if TYPE_CHECKING:
    from dioptra.report.schema import Attack, Results


class Pair(NamedTuple):
    """The model that images were made to fool, and the model that was shown them."""

    attacked: str
    evaluated: str

    @property
    def direct(self) -> bool:
        """Whether both are the same model; else it is a transfer."""
        return self.attacked == self.evaluated


@dataclass(frozen=True)
class AttackStudy:
    """What was measured with one attack, one norm and one kind of labels.

    ``entries`` is never empty; ``clean`` holds every model's accuracy on the ``n_test`` clean
    images, in [0, 1].
    """

    attack: str
    norm: str
    labels: str
    clean: dict[str, float]
    entries: tuple["Attack", ...]
    n_test: int

    @property
    def title(self) -> str:
        """What tells this study from others, such as ``fgm, l-inf, true labels``."""
        return f"{self.attack}, {norm_name(self.norm)}, {self.labels} labels"

    @cached_property
    def accuracy(self) -> dict[tuple[Pair, float], float]:
        """Accuracy in [0, 1] by pair and eps."""
        return {
            (Pair(entry.attacked, entry.evaluated), entry.eps): entry.accuracy
            for entry in self.entries
        }

    @cached_property
    def intervals(self) -> dict[tuple[Pair, float], Interval]:
        """Wilson's 95 % interval of each accuracy, by pair and eps."""
        return {
            (Pair(entry.attacked, entry.evaluated), entry.eps): interval_of(
                entry.accuracy, entry.n, _name(entry)
            )
            for entry in self.entries
        }

    @cached_property
    def clean_intervals(self) -> dict[str, Interval]:
        """Wilson's 95 % interval of each model's accuracy on clean images."""
        return {
            name: interval_of(share, self.n_test, f"models.{name}.clean_accuracy")
            for name, share in self.clean.items()
        }

    @cached_property
    def pairs(self) -> list[Pair]:
        """The pairs by attacked model, the direct attack before its transfers."""
        return sorted(
            {pair for pair, _ in self.accuracy},
            key=lambda pair: (pair.attacked, not pair.direct, pair.evaluated),
        )

    @cached_property
    def strengths(self) -> list[float]:
        """The values of eps, rising."""
        return sorted({eps for _, eps in self.accuracy})

    def curve(self, pair: Pair) -> list[tuple[float, float]]:
        """List (eps, accuracy) by rising eps, the evaluated model's clean accuracy first."""
        attacked = [(eps, share) for (other, eps), share in self.accuracy.items() if other == pair]
        return [(0.0, self.clean[pair.evaluated]), *sorted(attacked)]

    def curve_intervals(self, pair: Pair) -> list[Interval]:
        """List the intervals of a curve's accuracies, in the same order."""
        attacked = [(eps, ends) for (other, eps), ends in self.intervals.items() if other == pair]
        return [self.clean_intervals[pair.evaluated], *(ends for _, ends in sorted(attacked))]

    def names(self, role: str) -> list[str]:
        """List the models in a role, ``"attacked"`` or ``"evaluated"``, by name."""
        return sorted({getattr(pair, role) for pair in self.pairs})


def studies(results: "Results") -> list[AttackStudy]:
    """Split results into studies, ordered by attack, norm and labels.

    Args:
        results: Checked results.

    Returns:
        At least one study.
    """
    clean = {name: model.clean_accuracy for name, model in results.models.items()}
    groups: dict[tuple[str, str, str], list[Attack]] = {}
    for entry in results.attacks:
        groups.setdefault((entry.attack, entry.norm, entry.labels), []).append(entry)
    return [AttackStudy(*key, clean, tuple(groups[key]), results.n_test) for key in sorted(groups)]


def interval_of(accuracy: float, n: int, place: str) -> Interval:
    """Compute the interval of an accuracy in results.

    Args:
        accuracy: In [0, 1].
        n: The number of images.
        place: Where the accuracy stands, for the message.

    Returns:
        Wilson's interval, at 95 % confidence.

    Raises:
        ResultsError: The accuracy is not a share of that many images.
    """
    try:
        return estimate_interval(accuracy, n)
    except CountsError as error:
        raise ResultsError(f"{place}: {error}") from error


def _name(entry: "Attack") -> str:
    return f"{entry.attack} on {entry.attacked} at eps {entry.eps:g}, evaluated {entry.evaluated}"
