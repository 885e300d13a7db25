# SPDX-License-Identifier: Apache-2.0
"""Entry points that run as a part of another flow, such as the points of a sweep."""

import inspect
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect import Flow


@dataclass(frozen=True)
class Call:
    """A flow that is running, and its parameters by name, those left to their defaults too."""

    flow: "Flow[..., Any]"
    parameters: Mapping[str, Any]


# With the flow run within which the call was made.
_WITHIN: ContextVar[tuple[object, Call] | None] = ContextVar("within", default=None)


def call_within(flow: "Flow[..., Any]", values: Mapping[str, Any]) -> Any:
    """Call an entry point within the running flow, without a flow run of its own.

    Its results are its own all the same: their manifests name it, and not the flow around it.

    Args:
        flow: The flow of the entry point.
        values: Its parameters.

    Returns:
        What the entry point returns.
    """
    from prefect.context import FlowRunContext

    bound = inspect.signature(flow.fn).bind(**values)
    bound.apply_defaults()
    token = _WITHIN.set((FlowRunContext.get(), Call(flow, bound.arguments)))
    try:
        return flow.fn(**values)
    finally:
        _WITHIN.reset(token)


def find_call() -> Call | None:
    """Find the flow whose code is running.

    Returns:
        The innermost one with its parameters; None outside of a flow.
    """
    from prefect.context import FlowRunContext

    context, within = FlowRunContext.get(), _WITHIN.get()
    if within is not None and within[0] is context:
        return within[1]
    if context is None or context.flow is None:
        return None
    return Call(context.flow, context.parameters or {})
