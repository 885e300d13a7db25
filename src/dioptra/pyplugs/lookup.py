# SPDX-License-Identifier: Apache-2.0
"""Finding registered functions by the names of their package, plugin and function."""

import importlib
import pkgutil
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from dioptra.pyplugs.registry import PLUGINS, PluginInfo
from dioptra.sdk.exceptions import (
    UnknownPackageError,
    UnknownPluginError,
    UnknownPluginFunctionError,
)
from dioptra.sdk.requirements import check_requirements


def names(package: str) -> list[str]:
    """List the plugins of a package: its modules that register a function.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        Their names, sorted.

    Raises:
        UnknownPackageError: There is no such package.
    """
    for module in _module_names(package):
        _import_plugin(package, module)
    return sorted(PLUGINS.get(package, {}))


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
    _import_plugin(package, plugin)
    registered = PLUGINS.get(package, {}).get(plugin)
    if not registered:
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


def call(package: str, plugin: str, func: str | None = None, /, *args: Any, **kwargs: Any) -> Any:
    """Call a registered function as a plain function.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.
        func: The function's name; without it, the plugin's first function.
        *args: Passed on.
        **kwargs: Passed on.

    Returns:
        What the function returns.

    Raises:
        UnknownPackageError: There is no such package.
        UnknownPluginError: The package has no such plugin.
        UnknownPluginFunctionError: The plugin has no such function.
        MissingRequirementError: A library that the function needs is not installed.
    """
    return get(package, plugin, func)(*args, **kwargs)


def _import_package(package: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        # A package that fails because of something *it* imports shows that reason instead.
        if error.name is not None and f"{package}.".startswith(f"{error.name}."):
            raise UnknownPackageError(package, _known_packages(package)) from None
        raise


def _import_plugin(package: str, plugin: str) -> None:
    if f"{package}.{plugin}" in sys.modules:
        return
    if plugin not in _module_names(package):
        # Not a file: a module made at run time may still have registered it.
        if plugin not in PLUGINS.get(package, {}):
            raise UnknownPluginError(package, plugin, names(package))
        return
    try:
        importlib.import_module(f"{package}.{plugin}")
    except Exception as error:
        error.add_note(f"while importing the plugin {plugin!r} of {package!r}")
        raise


def _module_names(package: str) -> list[str]:
    path = getattr(_import_package(package), "__path__", ())
    return [
        module.name
        for module in pkgutil.iter_modules(path)
        if not module.ispkg and not module.name.startswith("_")
    ]


def _known_packages(package: str) -> list[str]:
    parent, _, _ = package.rpartition(".")
    try:
        path = importlib.import_module(parent).__path__ if parent else None
    except (ImportError, AttributeError):
        return []
    prefix = f"{parent}." if parent else ""
    # Without a parent every installed package is a candidate; only near names are then of use.
    found = [prefix + module.name for module in pkgutil.iter_modules(path) if module.ispkg]
    return found if parent else [name for name in found if name[:3] == package[:3]]
