# SPDX-License-Identifier: Apache-2.0
"""What a check has found."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How good a finding is; an ``info`` is neither good nor bad."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line of the examination.

    Attributes:
        name: What was looked at.
        status: How good it is.
        text: What was found.
        remedy: What to do about it; empty where there is nothing to do.
    """

    name: str
    status: Status
    text: str
    remedy: str = ""
