# SPDX-License-Identifier: Apache-2.0
"""Entry points that run as a part of another flow, such as the points of a sweep."""

import asyncio
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from dioptra.sdk.exceptions import EntryPointNotFoundError

if TYPE_CHECKING:
    from prefect import Flow


P = ParamSpec("P")
R = TypeVar("R")
Expand = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Call:
    """A flow that is running, and its parameters by name, those left to their defaults too."""

    flow: "Flow[..., Any]"
    parameters: Mapping[str, Any]


# The flow run around it, and the call that stands for it there; None where none does.
_WITHIN: ContextVar[tuple[object, Call | None] | None] = ContextVar("within", default=None)

# The innermost function under dioptra.entrypoint.flow that is running, and its parameters.
_RUNNING: ContextVar[tuple[Callable[..., Any], Mapping[str, Any]] | None] = ContextVar(
    "running", default=None
)


def call_within(flow: "Flow[..., Any]", values: Mapping[str, Any]) -> Any:
    """Call an entry point within the running flow, without a flow run of its own.

    Its results are its own all the same: their manifests name it, and not the flow around it.

    Args:
        flow: The flow of the entry point.
        values: Its parameters.

    Returns:
        What the entry point returns.
    """
    checked = complete(flow, values)
    with _standing(Call(flow, checked)):
        return awaiting(flow)(**checked)


def awaiting(flow: "Flow[..., Any]") -> Callable[..., Any]:
    """Give the function of a flow, such that a call of it does what the flow does.

    Args:
        flow: The flow.

    Returns:
        Its function; that of an ``async`` flow runs to its end when it is called.

    Raises:
        EntryPointNotFoundError: It is a generator, which would not even begin.
    """
    function: Callable[..., Any] = flow.fn
    if flow.isgenerator:
        raise EntryPointNotFoundError(
            f"{flow.name} is a generator, so a call of it runs nothing; let it return its result "
            "instead of a yield"
        )
    if not flow.isasync:
        return function

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        return asyncio.run(function(*args, **kwargs))

    return run


def complete(flow: "Flow[..., Any]", values: Mapping[str, Any]) -> dict[str, Any]:
    """Add the defaults to parameters, checked and converted as for a flow run.

    Args:
        flow: The flow.
        values: Those of its parameters that are given.

    Returns:
        All of its parameters.
    """
    from prefect.utilities.callables import get_call_parameters

    return flow.validate_parameters(get_call_parameters(flow.fn, (), dict(values)))


def remembering(function: Callable[P, R], expand: Expand = dict) -> Callable[P, R]:
    """Make a function whose parameters ``find_parameters`` gives while it runs.

    Args:
        function: A plain or ``async`` function.
        expand: From its arguments by name to its parameters.

    Returns:
        A function of the same signature and kind that does the same.
    """
    signature = inspect.signature(function)

    @contextmanager
    def running(args: Any, kwargs: Any) -> Iterator[None]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        token = _RUNNING.set((function, expand(bound.arguments)))
        try:
            yield
        finally:
            _RUNNING.reset(token)

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            with running(args, kwargs):
                return await function(*args, **kwargs)

        return run_async  # type: ignore[return-value]

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with running(args, kwargs):
            return function(*args, **kwargs)

    return run


def find_parameters() -> tuple[Callable[..., Any] | None, Mapping[str, Any]]:
    """Find the function of the flow whose code is running, and its parameters.

    Within a flow that is called as a function by another one, ``flow.fn(...)``, it is that of the
    inner one.

    Returns:
        The function under :func:`dioptra.entrypoint.flow`, and its parameters by name, those left
        to their defaults too. Where there is none, what Prefect knows of the running flow; outside
        of a flow None, and no parameters.
    """
    running = _RUNNING.get()
    if running is not None:
        return running
    call = find_call()
    return (None, {}) if call is None else (call.flow.fn, call.parameters)


@contextmanager
def between_calls() -> Iterator[None]:
    """Let what is made in a ``with`` block be the result of no flow."""
    with _standing(None):
        yield


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


@contextmanager
def _standing(call: Call | None) -> Iterator[None]:
    from prefect.context import FlowRunContext

    token = _WITHIN.set((FlowRunContext.get(), call))
    try:
        yield
    finally:
        _WITHIN.reset(token)
