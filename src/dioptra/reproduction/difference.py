# SPDX-License-Identifier: Apache-2.0
"""What differs between two results, field by field."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

# Where two results agree, these need not: they are there to explain why others do not.
CIRCUMSTANCES = (
    "manifest.code",
    "manifest.environment",
    "manifest.locks",
    "manifest.revision",
    "manifest.seeds",
    "versions",
)
# They name a time or a place in a store, not what is there.
IGNORED = ("durations", "manifest.entry_point.project", "manifest.places", "manifest.sha256")
NAMES_OF_PLACES = ("model_version", "run_id", "used_model_version")
HASHED = "_sha256"
COUNTED = ("comparisons",)
# What earlier versions did not record follows from what they did, or cannot contradict it.
ADDED = (
    *("accuracy_high", "accuracy_in_memory", "accuracy_low", "notes", "budget", "budget_norm"),
)
USED_WEIGHTS = "model_sha256.weights"
MISSING = "(missing)"


class Weight(Enum):
    """What a difference means for the comparison."""

    FAULT = "differs"
    WITHIN = "within the tolerance"
    CIRCUMSTANCE = "circumstance"


@dataclass(frozen=True)
class Difference:
    """One field that differs, such as ``models.le_net.clean_accuracy``."""

    field: str
    first: Any
    second: Any
    weight: Weight


@dataclass(frozen=True)
class Comparison:
    """Two results side by side: the number of fields, and those that differ."""

    n_fields: int
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether no difference is a fault."""
        return not self.list_by(Weight.FAULT)

    def list_by(self, weight: Weight) -> list[Difference]:
        """List the differences of one weight."""
        return [one for one in self.differences if one.weight is weight]


def compare(
    first: Mapping[str, Any], second: Mapping[str, Any], tolerance: float = 0.0
) -> Comparison:
    """Compare two results.

    Parameters, the hashes of data, and everything measured must be equal; code, locks, versions and
    environment are circumstances: they may differ where the results do not. Durations, and names of
    runs and of registered versions, are not compared, nor are paths: what lies there has its hash.

    Args:
        first: A result, as :func:`dioptra.reproduction.read_result` gives it.
        second: Another.
        tolerance: How far two numbers may lie apart, at least 0; fractions larger than 1 as a share
            of the larger one. With 0, results must be equal to the last bit. Above it, hashes of
            what was made, whose names end in ``_sha256`` and which any change of a bit changes,
            count as numbers within it. So do the counts and p-values of ``comparisons`` of models,
            and hashes of weights that were used, where the result comes from their training, too.

    Returns:
        The differences, in the order of the fields' names.
    """
    left, right = (dict(_flatten("", result)) for result in (first, second))
    places = {name for result in (first, second) for name in _list_places(result)}
    unknown = tuple(name for name in COUNTED if name not in first or name not in second)
    fields = sorted(
        name
        for name in left.keys() | right.keys()
        if not _is_ignored(name)
        and not _is_below(name, unknown)
        and name.rpartition(".")[2] not in places
    )
    made = [{value for name, value in side.items() if _is_made(name)} for side in (left, right)]
    differences = []
    for name in fields:
        pair = (left.get(name, MISSING), right.get(name, MISSING))
        if pair[0] == pair[1] or all(map(_is_place, pair)) or _is_added(name, pair):
            continue
        is_made = _is_made(name) or all(
            name.endswith(f".{USED_WEIGHTS}") and value in values
            for value, values in zip(pair, made, strict=True)
        )
        differences.append(Difference(name, *pair, _weigh(name, *pair, tolerance, is_made)))
    return Comparison(len(fields), tuple(differences))


def _flatten(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _flatten(f"{place}.{name}" if place else name, part)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _flatten(f"{place}[{number}]", part)
    else:
        yield place, value


def _list_places(result: Mapping[str, Any]) -> list[str]:
    names = result.get("manifest", {}).get("places", [])
    return [*names, *(f"used_{name}" for name in names)]


def _is_ignored(field: str) -> bool:
    return _is_below(field, IGNORED) or field.rpartition(".")[2] in NAMES_OF_PLACES


def _is_below(field: str, places: tuple[str, ...]) -> bool:
    # A dictionary goes on with a dot, a list with a bracket.
    return any(field == place or field.startswith((f"{place}.", f"{place}[")) for place in places)


def _is_added(field: str, pair: tuple[Any, Any]) -> bool:
    last = field.rpartition(".")[2].partition("[")[0]
    return last.endswith(ADDED) and MISSING in pair


def _is_place(value: Any) -> bool:
    return isinstance(value, str) and (value in ("none", MISSING) or value.startswith("/"))


def _is_made(field: str) -> bool:
    # One image more or less changes counts and p-values by more than it changes an accuracy.
    return field.endswith(HASHED) or _is_below(field, COUNTED)


def _weigh(field: str, first: Any, second: Any, tolerance: float, is_made: bool) -> Weight:
    if _is_below(field, CIRCUMSTANCES):
        return Weight.CIRCUMSTANCE
    pair = (first, second)
    if tolerance > 0 and (_are_close(*pair, tolerance) or (is_made and MISSING not in pair)):
        return Weight.WITHIN
    return Weight.FAULT


def _are_close(first: Any, second: Any, tolerance: float) -> bool:
    pair = (first, second)
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in pair):
        return False
    # A number of images is no less exact for being large.
    share = tolerance if all(isinstance(value, float) for value in pair) else 0
    return math.isclose(first, second, rel_tol=share, abs_tol=tolerance)
