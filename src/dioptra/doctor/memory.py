# SPDX-License-Identifier: Apache-2.0
"""The memory for the stack and its runs."""

from dioptra.doctor.disk import GIB
from dioptra.doctor.finding import Finding, Status

NAME = "memory"
LEAST = 4
ENOUGH = 8
# A machine that is sold with 8 GiB has a little less, for its kernel and its graphics.
RESERVED = 0.1


def check_memory(machine: int, engine: int) -> Finding:
    """Check that there is memory enough.

    Args:
        machine: The bytes of this machine.
        engine: The bytes that Docker's engine has, which may be a part; 0 if not known.

    Returns:
        The finding.
    """
    smaller = 0 < engine < machine * (1 - RESERVED)
    size = (engine if smaller else machine) / GIB
    text = f"{size:.1f} GiB{' for Docker' if smaller else ''}"
    if size >= ENOUGH * (1 - RESERVED):
        return Finding(NAME, Status.OK, text)
    if smaller:
        remedy = f"give it {ENOUGH} GiB in the settings of Docker Desktop"
    else:
        remedy = "end other programs, and leave WORKER_LIMIT at 1"
    if size >= LEAST * (1 - RESERVED):
        return Finding(NAME, Status.WARN, f"{text}, less than the {ENOUGH} of good measure", remedy)
    if not smaller:
        remedy = f"take a machine with {LEAST} GiB or more"
    return Finding(NAME, Status.FAIL, f"{text}, less than the {LEAST} that the stack needs", remedy)
