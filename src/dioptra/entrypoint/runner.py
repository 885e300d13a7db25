# SPDX-License-Identifier: Apache-2.0
"""Running a flow from a command line."""

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint.calling import awaiting
from dioptra.entrypoint.parameters import parse_parameters
from dioptra.entrypoint.server import embedded_server
from dioptra.sdk import timing
from dioptra.sdk.interrupts import noting, noting_interrupts

if TYPE_CHECKING:
    from prefect import Flow


def run_flow(flow: "Flow[..., Any]", texts: Mapping[str, str]) -> Any:
    """Run a flow in this process.

    Args:
        flow: The flow.
        texts: Its parameters as text, see :func:`dioptra.entrypoint.parse_parameters`.

    Returns:
        What the flow returns.

    Raises:
        ParameterError: A parameter is unknown or missing, or a value is not allowed.
    """
    values = parse_parameters(flow, texts)
    flow = copy(flow)
    flow.fn, flow.isasync = noting(awaiting(flow)), False
    with timing.since_process_start(), noting_interrupts(), embedded_server():
        return flow(**values)
