# SPDX-License-Identifier: Apache-2.0
"""Importing the modules of plugin packages, and keeping one that fails from failing the others."""

import importlib
import pkgutil
import sys
from types import ModuleType

from dioptra.pyplugs.registry import PLUGINS
from dioptra.sdk.exceptions import PluginImportError, UnknownPackageError


def import_all(package: str) -> dict[str, str]:
    """Import every module of a package that may be a plugin.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        The reason of each that cannot be imported, on one line, by its name.

    Raises:
        UnknownPackageError: There is no such package.
    """
    reasons = {}
    for name in module_names(package):
        try:
            import_plugin(package, name)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            reasons[name] = _describe(error)
    return reasons


def import_plugin(package: str, plugin: str) -> bool:
    """Import a module of a package, unless it was.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.random"``.
        plugin: The module's name within the package, such as ``"rng"``.

    Returns:
        Whether there is such a module, be it made at run time.

    Raises:
        UnknownPackageError: There is no such package.
        PluginImportError: The module ends the process.
        Exception: The module raises it.
    """
    if f"{package}.{plugin}" in sys.modules:
        return True
    if plugin not in module_names(package):
        # Not a file: a module made at run time may still have registered it.
        return plugin in PLUGINS.get(package, {})
    try:
        importlib.import_module(f"{package}.{plugin}")
    except SystemExit as error:
        raise PluginImportError(
            f"the plugin {plugin!r} of {package!r} ends the process when it is imported; put what "
            "runs it as a script below: if __name__ == '__main__'"
        ) from error
    except Exception as error:
        error.add_note(f"while importing the plugin {plugin!r} of {package!r}")
        raise
    return True


def module_names(package: str) -> list[str]:
    """List the modules of a package that may be plugins, without importing them.

    Args:
        package: The package's full name, such as ``"dioptra_builtins.metrics"``.

    Returns:
        Their names, sorted.

    Raises:
        UnknownPackageError: There is no such package.
    """
    path = getattr(_import_package(package), "__path__", ())
    return [
        module.name
        for module in pkgutil.iter_modules(path)
        if not module.ispkg and not module.name.startswith("_")
    ]


def _describe(error: Exception) -> str:
    return ": ".join(filter(None, (type(error).__name__, " ".join(str(error).split()))))


def _import_package(package: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        # A package that fails because of something *it* imports shows that reason instead.
        if error.name is not None and f"{package}.".startswith(f"{error.name}."):
            raise UnknownPackageError(package, _known_packages(package)) from None
        raise


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
