# SPDX-License-Identifier: Apache-2.0
"""Running a flow from a command line."""

from collections.abc import Callable, Mapping
from copy import copy
from functools import wraps
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint.parameters import parse_parameters
from dioptra.entrypoint.server import embedded_server
from dioptra.sdk import timing
from dioptra.sdk.interrupts import noting_interrupts

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
    if not flow.isasync:
        flow = copy(flow)
        flow.fn = _noting(flow.fn)
    with timing.since_process_start(), noting_interrupts(), embedded_server():
        return flow(**values)


def _noting(function: Callable[..., Any]) -> Callable[..., Any]:
    # Not the block as a decorator: it cannot be pickled, and with the flow goes to other processes.
    @wraps(function)
    def noted(*args: Any, **kwargs: Any) -> Any:
        with noting_interrupts():
            return function(*args, **kwargs)

    return noted
