# SPDX-License-Identifier: Apache-2.0
"""``dioptra plugins``: see which task plugins there are."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from textwrap import indent
from typing import TYPE_CHECKING

from cyclopts import App

import dioptra_builtins
from dioptra import pyplugs
from dioptra.sdk.utilities.contexts import plugin_dirs

if TYPE_CHECKING:
    from dioptra.pyplugs import PluginInfo

BROKEN = "(broken)"

app = App(name="plugins", help="See which task plugins there are.")


@app.command(name="list")
def list_plugins(package: str | None = None, /) -> None:
    """List every task: its package, plugin, name and description.

    What cannot be imported is listed as broken, with the reason.

    Args:
        package: Only this package, such as dioptra_builtins.metrics. Without it, the built-in ones,
            those of the workspace's task-plugins folder and of DIOPTRA_PLUGIN_DIRS, and installed
            ones that declare themselves as plugins.
    """
    with plugin_dirs() as folders:
        if package:
            rows = list(_rows(package))
        else:
            rows = [row for name in _packages(folders) for row in _rows_or_reason(name)]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row in rows:
        names = "  ".join(f"{name:<{width}}" for name, width in zip(row, widths, strict=False))
        sys.stdout.write(f"{names}  {row[-1]}\n")


@app.command
def show(package: str, plugin: str, task: str | None = None, /) -> None:
    """Show a plugin's tasks, or one of them, with signature and documentation.

    Args:
        package: The package, such as dioptra_builtins.attacks.
        plugin: The plugin, such as fgm.
        task: The task; without it, all of the plugin.
    """
    with plugin_dirs():
        names = [task] if task else pyplugs.funcs(package, plugin)
        found = [pyplugs.info(package, plugin, name) for name in names]
    parts = [found[0].module_doc] if task is None and found[0].module_doc else []
    sys.stdout.write("\n\n".join([*parts, *map(_describe, found)]) + "\n")


def _rows(package: str) -> Iterator[tuple[str, str, str, str]]:
    reasons = pyplugs.broken(package)
    for plugin in pyplugs.names(package):
        if plugin in reasons:
            yield package, plugin, BROKEN, reasons[plugin]
            continue
        for func in pyplugs.funcs(package, plugin):
            yield package, plugin, func, pyplugs.info(package, plugin, func).description


def _rows_or_reason(package: str) -> list[tuple[str, str, str, str]]:
    try:
        return list(_rows(package))
    except Exception as error:  # noqa: BLE001 - the package's own, and no reason to hide the others
        return [(package, "", BROKEN, f"{type(error).__name__}: {' '.join(str(error).split())}")]


def _describe(entry: "PluginInfo") -> str:
    documentation = "\n\n".join(filter(None, (entry.description, entry.doc)))
    needs = f"Needs: {', '.join(entry.requires)}" if entry.requires else ""
    text = "\n\n".join(filter(None, (documentation, needs)))
    signature = f"{entry.func_name}{inspect.signature(entry.func)}"
    return f"{signature}\n\n{indent(text, '    ')}".rstrip()


def _packages(folders: list[str]) -> Iterator[str]:
    found = [module.name for module in pkgutil.iter_modules(folders) if module.ispkg]
    names = {dioptra_builtins.__name__, *found, *pyplugs.list_installed()}
    for name in sorted(names):
        yield name
        with suppress(Exception):
            # Where it fails, its own row says why.
            path = importlib.import_module(name).__path__
            yield from (
                f"{name}.{module.name}" for module in pkgutil.iter_modules(path) if module.ispkg
            )
