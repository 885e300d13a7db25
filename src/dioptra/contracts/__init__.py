# SPDX-License-Identifier: Apache-2.0
"""What a model's input and output mean, said by its owner and checked by every use."""

from dioptra.contracts.intervals import format_interval, parse_interval
from dioptra.contracts.model import KEY, ModelContract, describe_faults, format_size

__all__ = [
    "KEY",
    "ModelContract",
    "describe_faults",
    "format_interval",
    "format_size",
    "parse_interval",
]
