# SPDX-License-Identifier: Apache-2.0
"""A graphics card for the worker."""

from collections.abc import Mapping
from typing import Any

from dioptra.doctor.commands import Answer
from dioptra.doctor.finding import Finding, Status

NAME = "GPU"


def check_gpu(cards: Answer, docker: Mapping[str, Any]) -> Finding:
    """Check that Docker can use the NVIDIA GPU that there is.

    Args:
        cards: The answer of ``nvidia-smi -L``.
        docker: What ``docker info`` says; empty if it says nothing.

    Returns:
        The finding.
    """
    if not cards.installed:
        return Finding(NAME, Status.INFO, "no NVIDIA GPU; the CPU worker is used")
    if not cards.succeeded or not cards.out:
        reason = cards.error or cards.out or "no reason given"
        return Finding(
            NAME, Status.WARN, f"nvidia-smi finds none ({reason})", "check NVIDIA's driver"
        )
    # What follows is the card's serial number.
    card = cards.out.splitlines()[0].partition(" (UUID")[0]
    if not docker:
        return Finding(NAME, Status.INFO, f"{card}; not known if Docker can use it")
    if "nvidia" not in (docker.get("Runtimes") or {}):
        return Finding(
            NAME,
            Status.WARN,
            f"{card}, but Docker has no runtime for it",
            "install the NVIDIA Container Toolkit, then restart Docker",
        )
    return Finding(NAME, Status.OK, card)
