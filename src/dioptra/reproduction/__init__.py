# SPDX-License-Identifier: Apache-2.0
"""Results as they were kept, how they are made again, and how two of them differ."""

from dioptra.reproduction.collected import add_seed, format_collected, take_up
from dioptra.reproduction.difference import Comparison, Difference, Weight, compare
from dioptra.reproduction.reproducing import RESULTS_DIR, name_another, reproduce
from dioptra.reproduction.results import check_source, read_result
from dioptra.reproduction.terminal import format_comparison

__all__ = [
    "RESULTS_DIR",
    "Comparison",
    "Difference",
    "Weight",
    "add_seed",
    "check_source",
    "compare",
    "format_collected",
    "format_comparison",
    "name_another",
    "read_result",
    "reproduce",
    "take_up",
]
