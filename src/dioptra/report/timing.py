# SPDX-License-Identifier: Apache-2.0
"""Where the time went."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dioptra.report.schema import Durations

TOTAL = "total"


class Step(NamedTuple):
    """A part of the run, its wall-clock time in seconds and its share of the total, if known."""

    name: str
    seconds: float
    share: float | None


def steps(durations: "Durations") -> list[Step]:
    """List the parts of a run in the order of the schema, with the total last.

    Args:
        durations: Checked durations.

    Returns:
        Only what was measured.
    """
    measured = {key: time for key, time in durations.model_dump().items() if time is not None}
    total = measured.get(TOTAL)
    names = sorted(measured, key=lambda name: (name == TOTAL, name == "overhead"))
    return [Step(name, measured[name], measured[name] / total if total else None) for name in names]


def overhead_share(durations: "Durations") -> float | None:
    """Compute the part of the total that is orchestration, tracking and start-up.

    Args:
        durations: Checked durations.

    Returns:
        A share in [0, 1], or None where it was not measured.
    """
    shares = {step.name: step.share for step in steps(durations)}
    return shares.get("overhead")
