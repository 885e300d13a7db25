# SPDX-License-Identifier: Apache-2.0
"""Sweeps: an entry point at every point of a grid, once."""

from dioptra.sweep.grid import make_points
from dioptra.sweep.page import write_sweep_report
from dioptra.sweep.record import is_sweep, read_record
from dioptra.sweep.reproducing import compare_sweeps, reproduce_sweep
from dioptra.sweep.runners import make_runner
from dioptra.sweep.sweeping import sweep
from dioptra.sweep.table import list_sweep_rows

__all__ = [
    "compare_sweeps",
    "is_sweep",
    "list_sweep_rows",
    "make_points",
    "make_runner",
    "read_record",
    "reproduce_sweep",
    "sweep",
    "write_sweep_report",
]
