# SPDX-License-Identifier: Apache-2.0
"""``dioptra plugins``: see which task plugins there are."""

import inspect
import pkgutil
import sys
from collections.abc import Iterator
from textwrap import indent
from typing import TYPE_CHECKING

from cyclopts import App

from dioptra import pyplugs
from dioptra.sdk.utilities.contexts import plugin_dirs

if TYPE_CHECKING:
    from dioptra.pyplugs import PluginInfo

BUILTINS = "dioptra_builtins"

app = App(name="plugins", help="See which task plugins there are.")


@app.command(name="list")
def list_plugins(package: str | None = None, /) -> None:
    """List every task: its package, plugin, name and description.

    Args:
        package: Only this package, such as dioptra_builtins.metrics. Without it, the built-in ones
            and those of the workspace's task-plugins folder and of DIOPTRA_PLUGIN_DIRS.
    """
    with plugin_dirs() as folders:
        packages = [package] if package else list(_packages(folders))
        tasks = [
            pyplugs.info(name, plugin, func)
            for name in packages
            for plugin in pyplugs.names(name)
            for func in pyplugs.funcs(name, plugin)
        ]
    rows = [(task.package_name, task.plugin_name, task.func_name) for task in tasks]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for row, task in zip(rows, tasks, strict=True):
        names = "  ".join(f"{name:<{width}}" for name, width in zip(row, widths, strict=True))
        sys.stdout.write(f"{names}  {task.description}\n")


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


def _describe(entry: "PluginInfo") -> str:
    documentation = "\n\n".join(filter(None, (entry.description, entry.doc)))
    needs = f"Needs: {', '.join(entry.requires)}" if entry.requires else ""
    text = "\n\n".join(filter(None, (documentation, needs)))
    signature = f"{entry.func_name}{inspect.signature(entry.func)}"
    return f"{signature}\n\n{indent(text, '    ')}".rstrip()


def _packages(folders: list[str]) -> Iterator[str]:
    names = {BUILTINS, *(module.name for module in pkgutil.iter_modules(folders) if module.ispkg)}
    for name in sorted(names):
        yield name
        path = __import__(name).__path__
        yield from (
            f"{name}.{module.name}" for module in pkgutil.iter_modules(path) if module.ispkg
        )
