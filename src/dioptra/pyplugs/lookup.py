# SPDX-License-Identifier: Apache-2.0
"""Finding registered functions by the names of their package, plugin and function."""

import inspect
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any, ParamSpec, TypeVar

from dioptra.pyplugs.importing import import_all, import_plugin
from dioptra.pyplugs.registry import PLUGINS, PluginInfo
from dioptra.sdk.exceptions import (
    PluginArgumentError,
    UnknownPackageError,
    UnknownPluginError,
    UnknownPluginFunctionError,
)
from dioptra.sdk.requirements import check_requirements

NAMES = ("package", "plugin", "func")
GROUP = "dioptra.plugins"

P = ParamSpec("P")
R = TypeVar("R")


def list_installed() -> list[str]:
    """List the installed packages that declare plugins: entry points of the group dioptra.plugins.

    Returns:
        The names of the packages, sorted; whether they can be imported shows when they are looked
        up.
    """
    return sorted({found.value for found in entry_points(group=GROUP)})


def names(package: str) -> list[str]:
    """List the plugins of a package: its modules that register a function.

    A module that cannot be imported is among them, as nobody knows what it registers: its reason is
    what :func:`broken` tells, and what looking it up raises.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        Their names, sorted.

    Raises:
        UnknownPackageError: There is no such package.
    """
    return sorted({*import_all(package), *PLUGINS.get(package, {})})


def broken(package: str) -> dict[str, str]:
    """List the plugins of a package that cannot be imported.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        The reason of each, on one line, by its name: ``"ZeroDivisionError: division by zero"``.

    Raises:
        UnknownPackageError: There is no such package.
    """
    return import_all(package)


def funcs(package: str, plugin: str) -> list[str]:
    """List the functions of a plugin, by their sort value and then in the order of the file.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.

    Returns:
        Their names.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
    """
    there = import_plugin(package, plugin)
    registered = PLUGINS.get(package, {}).get(plugin)
    if not there or not registered:
        raise UnknownPluginError(package, plugin, names(package))
    return sorted(registered, key=lambda name: registered[name].sort_value)


def info(package: str, plugin: str, func: str | None = None) -> PluginInfo:
    """Look up what is known of a registered function.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, the plugin's first function.

    Returns:
        Its names, description, documentation and needs.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
    """
    known = funcs(package, plugin)
    try:
        return PLUGINS[package][plugin][known[0] if func is None else func]
    except KeyError:
        raise UnknownPluginFunctionError(package, plugin, str(func), known) from None


def exists(package: str, plugin: str, func: str | None = None) -> bool:
    """Tell whether a plugin, or one function of it, is there.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, any function of the plugin counts.

    Returns:
        Whether :func:`info` finds it.
    """
    try:
        info(package, plugin, func)
    except (UnknownPackageError, UnknownPluginError, UnknownPluginFunctionError):
        return False
    return True


def get(package: str, plugin: str, func: str | None = None) -> Callable[..., Any]:
    """Look up a registered function, and check that the libraries it needs are installed.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, the plugin's first function.

    Returns:
        The function itself.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
        MissingRequirementError: A library that the function needs is not installed.
    """
    found = info(package, plugin, func)
    check_requirements(found.requires, found.label)
    return found.func


def call(
    package: str | None = None,
    plugin: str | None = None,
    func: str | None = None,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Call a registered function as a plain function.

    The three names may be given by keyword too, unless the function has such an argument itself.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, the plugin's first function.
        *args: Passed on.
        **kwargs: Passed on, but for names that are given by keyword.

    Returns:
        What the function returns.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
        PluginArgumentError: A name is missing, or a keyword may be one and an argument as well.
        MissingRequirementError: A library that the function needs is not installed.
    """
    found, arguments = _identify((package, plugin, func), args, kwargs)
    check_requirements(found.requires, found.label)
    return found.func(*args, **arguments)


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Give a registered function, which is imported, where the libraries that it needs are there.

    ``checked(function)(...)`` does what :func:`call` does with the function's names, and a type
    checker knows its signature.

    Args:
        function: A function under ``@pyplugs.register``.

    Returns:
        The same function.

    Raises:
        PluginArgumentError: The function is not registered.
        MissingRequirementError: A library that the function needs is not installed.
    """
    found = _look_up(function)
    check_requirements(found.requires, found.label)
    return function


def _identify(
    given: Sequence[str | None], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[PluginInfo, dict[str, Any]]:
    """Tell the names of a function that is to be called from its own arguments.

    Args:
        given: The names that stand first: package, plugin, func; None for those that do not.
        args: The arguments by position after them.
        kwargs: All that is given by keyword.

    Returns:
        The function, and those of ``kwargs`` that are its own.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
        PluginArgumentError: A name is missing, or a keyword may be one and an argument as well.
    """
    names: dict[str, Any] = dict(zip(NAMES, given, strict=True))
    # What follows the names by position leaves none of them to the keywords.
    used = [] if args else [name for name in NAMES if names[name] is None and name in kwargs]
    names |= {name: kwargs[name] for name in used}
    _check_text({**names, "func": given[2] or ""})
    # Where all are keywords, an argument of any name is no reason to take `func` for one.
    if "func" in used and _is_argument_of_first(**names, any_name="plugin" not in used):
        used.remove("func")
        names["func"] = None
    found = info(**names)
    for name in used:
        if _has_argument(found.func, name):
            raise PluginArgumentError(
                f"{found.label} has an argument {name!r} itself, so {name}={kwargs[name]!r} may be "
                f"either; give the names of the task by position: {found.package_name!r}, "
                f"{found.plugin_name!r}, {found.func_name!r}"
            )
    return found, {name: value for name, value in kwargs.items() if name not in used}


def _look_up(function: Callable[..., Any]) -> PluginInfo:
    """Find what is known of a registered function that is at hand.

    Args:
        function: The function.

    Returns:
        Its names and needs.

    Raises:
        PluginArgumentError: It is not registered.
    """
    name = getattr(function, "__name__", repr(function))
    package, _, plugin = getattr(function, "__module__", "").rpartition(".")
    found = PLUGINS.get(package, {}).get(plugin, {}).get(name)
    if found is None or found.func is not function:
        raise PluginArgumentError(
            f"{name} is no registered function; put @pyplugs.register above its definition, or "
            "make it a task by prefect.task"
        )
    return found


def _check_text(names: dict[str, Any]) -> None:
    for name, value in names.items():
        if not isinstance(value, str):
            got = f"no {name}" if value is None else f"{name} is {value!r}, which is no name"
            raise PluginArgumentError(
                f"{got}; a task is named by package, plugin and func, which stand before its "
                "arguments or are given by keyword"
            )


def _is_argument_of_first(package: str, plugin: str, func: Any, *, any_name: bool) -> bool:
    if not isinstance(func, str | None):
        return True
    first = info(package, plugin)
    takes = _has_argument(first.func, "func") or (any_name and _takes_any(first.func))
    if takes and func in funcs(package, plugin):
        raise PluginArgumentError(
            f"func={func!r} names a task of '{package}.{plugin}', and may be an argument of its "
            f"first one, {first.func_name!r}, too; give the name of the task by position"
        )
    return takes


def _has_argument(function: Callable[..., Any], name: str) -> bool:
    parameter = inspect.signature(function).parameters.get(name)
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return parameter is not None and parameter.kind in kinds


def _takes_any(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters.values()
    return any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters)
