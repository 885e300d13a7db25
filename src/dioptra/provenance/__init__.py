# SPDX-License-Identifier: Apache-2.0
"""Where results come from: their manifest, how they are made again, and how two of them differ."""

from dioptra.provenance.difference import Comparison, Difference, Weight, compare
from dioptra.provenance.manifest import locate_project, make_manifest, settle_parameters
from dioptra.provenance.reproducing import RESULTS_DIR, name_another, reproduce
from dioptra.provenance.results import FILE, check_source, read_result
from dioptra.provenance.terminal import format_comparison

__all__ = [
    "FILE",
    "RESULTS_DIR",
    "Comparison",
    "Difference",
    "Weight",
    "check_source",
    "compare",
    "format_comparison",
    "locate_project",
    "make_manifest",
    "name_another",
    "read_result",
    "reproduce",
    "settle_parameters",
]
