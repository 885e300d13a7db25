# SPDX-License-Identifier: Apache-2.0
"""Running a flow from a command line."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint.parameters import parse_parameters
from dioptra.entrypoint.server import embedded_server
from dioptra.sdk import timing

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
    with timing.since_process_start(), _terminating_like_interrupting(), embedded_server():
        return flow(**values)


@contextmanager
def _terminating_like_interrupting() -> Iterator[None]:
    # A batch system ends jobs by SIGTERM; as an interrupt, it lets the run be marked as ended.
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
