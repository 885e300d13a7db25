# SPDX-License-Identifier: Apache-2.0
"""Sweeps: an entry point at every point of a grid, once."""

from dioptra.sweep.grid import make_points
from dioptra.sweep.sweeping import sweep

__all__ = ["make_points", "sweep"]
