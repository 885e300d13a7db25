# SPDX-License-Identifier: Apache-2.0
"""The reference of packages, and the tables of the suite, from what the folders hold.

So a new module or task is in the guide without a line of its own.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import ClassVar

from generation.directive import GeneratingDirective, heading

SUITE = "dioptra_builtins"


class PackageReference(GeneratingDirective):
    """``.. package-reference:: PACKAGE``: what it exports, and then each of its public modules."""

    required_arguments = 1
    # Modules that have a page of their own.
    option_spec: ClassVar = {"without": str.split}

    def lines(self) -> Iterator[str]:
        """Write the ``automodule`` of each."""
        package = self.arguments[0]
        exported = getattr(importlib.import_module(package), "__all__", [])
        if exported:
            yield from _automodule(package)
        for module in public_modules(package):
            if module not in self.options.get("without", ()):
                yield from heading(f"``{module}``", "-")
                yield from _automodule(module, exported)


class SuiteReference(GeneratingDirective):
    """``.. suite-reference::``: a section for each package of the suite."""

    def lines(self) -> Iterator[str]:
        """Write the sections."""
        for package in suite_packages():
            yield from heading(_short(package), "-")
            for module in public_modules(package):
                yield from heading(f"``{_short(module)}``", "^")
                yield from _automodule(module)


class SuiteTables(GeneratingDirective):
    """``.. suite-tables::``: for each package of the suite a table of its tasks."""

    def lines(self) -> Iterator[str]:
        """Write the tables."""
        from dioptra import pyplugs

        for package in suite_packages():
            yield from heading(_short(package), "-")
            yield importlib.import_module(package).__doc__ or ""
            for plugin in pyplugs.names(package):
                module = importlib.import_module(f"{package}.{plugin}")
                yield from ("", f"``{package}``, plugin ``{plugin}``: {_first_line(module)}", "")
                # The sentences refer to their neighbours by short names.
                yield from (f".. currentmodule:: {module.__name__}", "")
                yield from (".. autosummary::", "   :nosignatures:", "")
                for func in pyplugs.funcs(package, plugin):
                    yield f"   {func}"
                yield ""
            yield from (".. currentmodule:: None", "")


def suite_packages() -> list[str]:
    """List the packages of the suite by their full names."""
    path = importlib.import_module(SUITE).__path__
    return [f"{SUITE}.{found.name}" for found in pkgutil.iter_modules(path) if found.ispkg]


def public_modules(package: str) -> list[str]:
    """List a package's public modules, and those of its packages, by their full names.

    Args:
        package: The package's full name.
    """
    path = importlib.import_module(package).__path__
    names = [
        found.name
        for found in pkgutil.walk_packages(path, f"{package}.")
        if not found.ispkg and not any(part.startswith("_") for part in found.name.split("."))
    ]
    # Errors are read about after what raises them.
    return sorted(names, key=lambda name: name.endswith(".exceptions"))


def _short(name: str) -> str:
    return name.removeprefix(f"{SUITE}.")


def _automodule(module: str, excluded: list[str] | None = None) -> Iterator[str]:
    yield from (f".. automodule:: {module}", "   :members:", "   :show-inheritance:")
    if excluded:
        yield f"   :exclude-members: {', '.join(excluded)}"
    yield ""


def _first_line(module: object) -> str:
    line = (module.__doc__ or "").partition("\n")[0]
    return line[:1].lower() + line[1:] if line[1:2].islower() else line
