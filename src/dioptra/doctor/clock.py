# SPDX-License-Identifier: Apache-2.0
"""The clock of this machine beside those of the servers."""

from collections.abc import Iterable
from email.utils import parsedate_to_datetime

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.web import Reply

NAME = "clock"
# The header gives whole seconds, so less means nothing.
TOLERATED_SECONDS = 2.0


def check_clock(replies: Iterable[Reply]) -> Finding:
    """Check that the clocks agree, as the times of runs come from both.

    Args:
        replies: Those of the servers.

    Returns:
        The finding.
    """
    skews = [skew for reply in replies if (skew := _skew(reply)) is not None]
    if not skews:
        return Finding(NAME, Status.INFO, "not compared, as no server tells its time")
    worst = max(skews, key=abs)
    if abs(worst) > TOLERATED_SECONDS:
        side = "ahead of" if worst > 0 else "behind"
        return Finding(
            NAME,
            Status.WARN,
            f"{abs(worst):.0f} s {side} the servers'",
            "set it by NTP, or restart Docker Desktop after the machine has slept",
        )
    return Finding(NAME, Status.OK, f"within {TOLERATED_SECONDS:g} s of the servers'")


def _skew(reply: Reply) -> float | None:
    try:
        told = parsedate_to_datetime(reply.date).timestamp()
    except ValueError:
        return None
    # The time that was cut off to a whole second lies somewhere within that second.
    return reply.received - told - min(max(reply.received - told, 0.0), 1.0)
