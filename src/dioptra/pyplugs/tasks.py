# SPDX-License-Identifier: Apache-2.0
"""Registered functions as Prefect tasks."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from dioptra.pyplugs.lookup import _identify, _look_up, info
from dioptra.pyplugs.registry import PluginInfo
from dioptra.sdk.exceptions import PluginArgumentError, TaskOutputError
from dioptra.sdk.interrupts import raise_if_interrupted
from dioptra.sdk.requirements import check_requirements
from dioptra.sdk.suggestions import known_names

if TYPE_CHECKING:
    from prefect import Task
    from prefect.futures import PrefectFuture, PrefectFutureList

P = ParamSpec("P")
R = TypeVar("R")


def step(function: Callable[P, R]) -> Callable[P, R]:
    """Make a registered function, which is imported, a step of the running flow.

    ``step(function)(...)`` does what :func:`call_task` does with the function's names. It has the
    function's signature, so that an editor and a type checker see a misspelt argument.

    Args:
        function: A function under ``@pyplugs.register``.

    Returns:
        A function of the same signature. A call of it is a task of the flow, and waits for its
        result.

    Raises:
        PluginArgumentError: The function is not registered.
    """
    found = _look_up(function)

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        raise_if_interrupted()
        _check_arguments(found, args, kwargs)
        result: R = _call(found, args, kwargs)
        return result

    return run


def get_task(package: str, plugin: str, func: str | None = None) -> "Task[..., Any]":
    """Look up a registered function as a Prefect task.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, the plugin's first function.

    Returns:
        A task that neither hashes nor stores its inputs and results.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
        MissingRequirementError: A library that the function needs is not installed.
    """
    return _make(info(package, plugin, func))


def call_task(
    package: str | None = None,
    plugin: str | None = None,
    func: str | None = None,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Call a registered function as a task of the running flow, and wait for its result.

    The arguments are bound to the function's signature before anything runs.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, the plugin's first function.
        *args: Passed on; of a future, its result.
        **kwargs: Passed on; of a future, its result. They may hold the names, as in :func:`call`.

    Returns:
        What the function returns.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
        PluginArgumentError: An argument or a name is missing or unknown, or a keyword may be both.
        MissingRequirementError: A library that the function needs is not installed.
    """
    found, arguments = _bind((package, plugin, func), args, kwargs)
    return _call(found, args, arguments)


def submit_task(
    package: str | None = None,
    plugin: str | None = None,
    func: str | None = None,
    /,
    *args: Any,
    **kwargs: Any,
) -> "PrefectFuture[Any] | tuple[PrefectFuture[Any], ...]":
    """Hand a registered function to the flow's task runner without waiting for its result.

    Futures may be arguments of further tasks.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, the plugin's first function.
        *args: Passed on; of a future, its result.
        **kwargs: Passed on; of a future, its result. They may hold the names, as in :func:`call`.

    Returns:
        A future; a tuple of futures where the function is marked with :func:`task_nout`.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
        PluginArgumentError: An argument or a name is missing or unknown, or a keyword may be both.
        MissingRequirementError: A library that the function needs is not installed.
    """
    from prefect import allow_failure

    found, arguments = _bind((package, plugin, func), args, kwargs)
    future: PrefectFuture[Any] = _make(found).submit(*args, **arguments)
    if found.nout is None:
        return future
    # Without it, a failure would leave the futures of the values pending, and its reason unsaid.
    outcome = allow_failure(future)
    return tuple(_pick_task().submit(outcome, index) for index in range(found.nout))


def map_task(
    package: str | None = None,
    plugin: str | None = None,
    func: str | None = None,
    /,
    *args: Any,
    **kwargs: Any,
) -> "PrefectFutureList[Any]":
    """Hand a registered function to the task runner once for each element of its inputs.

    As in Prefect, every iterable argument is mapped over, all of one length; wrap those that go
    whole to each call in ``prefect.unmapped``.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, the plugin's first function.
        *args: Passed on, element by element.
        **kwargs: Passed on, element by element. They may hold the names, as in :func:`call`.

    Returns:
        One future for each element, in order; ``.result()`` gives the list of their results.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
        PluginArgumentError: An argument or a name is missing or unknown, or a keyword may be both.
        MissingRequirementError: A library that the function needs is not installed.
    """
    found, arguments = _bind((package, plugin, func), args, kwargs)
    futures: PrefectFutureList[Any] = _make(found).map(*args, **arguments)
    return futures


def _bind(
    names: tuple[str | None, ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[PluginInfo, dict[str, Any]]:
    raise_if_interrupted()
    found, arguments = _identify(names, args, kwargs)
    _check_arguments(found, args, arguments)
    return found, arguments


def _check_arguments(
    found: PluginInfo, args: tuple[Any, ...], arguments: Mapping[str, Any]
) -> None:
    check_requirements(found.requires, found.label)
    signature = inspect.signature(found.func)
    try:
        signature.bind(*args, **arguments)
    except TypeError as error:
        unknown = [name for name in arguments if name not in signature.parameters]
        hints = "".join(known_names(name, signature.parameters) for name in unknown)
        raise PluginArgumentError(
            f"{found.label}: {error}; {hints}its arguments: {found.func_name}{signature}"
        ) from None


def _call(found: PluginInfo, args: tuple[Any, ...], arguments: Mapping[str, Any]) -> Any:
    from prefect.futures import PrefectFuture

    for value in (*args, *arguments.values()):
        if isinstance(value, PrefectFuture):
            # Prefect would pass over the task, and return None, where the future has failed.
            value.result()
    return _make(found)(*args, **arguments)


def _make(found: PluginInfo) -> "Task[..., Any]":
    check_requirements(found.requires, found.label)
    return _as_task(found)


@cache
def _as_task(found: PluginInfo) -> "Task[..., Any]":
    from prefect import Task
    from prefect.cache_policies import NO_CACHE

    # Prefect's default hashes every input: slow for arrays, an error for models.
    return Task(
        fn=_checking_nout(found),
        name=f"{found.plugin_name}.{found.func_name}",
        description=found.description,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def _checking_nout(found: PluginInfo) -> Callable[..., Any]:
    if found.nout is None:
        return found.func

    @wraps(found.func)
    def checked(*args: Any, **kwargs: Any) -> Any:
        values = found.func(*args, **kwargs)
        if not isinstance(values, Sequence) or len(values) != found.nout:
            returned = len(values) if isinstance(values, Sequence) else type(values).__name__
            raise TaskOutputError(
                f"{found.label} is marked with task_nout({found.nout}), but returned {returned}"
                f"{' values' if isinstance(values, Sequence) else ''}"
            )
        return values

    return checked


@cache
def _pick_task() -> "Task[..., Any]":
    from prefect import Task
    from prefect.cache_policies import NO_CACHE

    def pick(values: tuple[Any, ...] | BaseException, index: int) -> Any:
        if isinstance(values, BaseException):
            raise values
        return values[index]

    return Task(fn=pick, cache_policy=NO_CACHE, persist_result=False)
