# SPDX-License-Identifier: Apache-2.0
"""From a flow's signature and docstring to its command line and its MLproject stanza."""

from dioptra.entrypoint.calling import (
    between_calls,
    call_within,
    complete,
    find_call,
    find_parameters,
)
from dioptra.entrypoint.command import main
from dioptra.entrypoint.discovery import find_entry_points, list_entry_points, load_entry_point
from dioptra.entrypoint.groups import Parameters, flow
from dioptra.entrypoint.mlproject import make_mlproject
from dioptra.entrypoint.parameters import (
    format_parameters,
    format_value,
    parse_parameters,
    takes_list,
)
from dioptra.entrypoint.runner import run_flow

__all__ = [
    "Parameters",
    "between_calls",
    "call_within",
    "complete",
    "find_call",
    "find_entry_points",
    "find_parameters",
    "flow",
    "format_parameters",
    "format_value",
    "list_entry_points",
    "load_entry_point",
    "main",
    "make_mlproject",
    "parse_parameters",
    "run_flow",
    "takes_list",
]
