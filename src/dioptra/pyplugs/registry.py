# SPDX-License-Identifier: Apache-2.0
"""The registry: one dictionary, and a decorator that returns the function unchanged."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

Function = TypeVar("Function", bound=Callable[..., Any])

NOUT_ATTRIBUTE = "__task_nout__"


@dataclass(frozen=True)
class PluginInfo:
    """What is known of a registered function.

    Attributes:
        package_name: The package of the module that registered it.
        plugin_name: The name of that module within its package.
        func_name: The function's name.
        func: The function itself.
        description: The first paragraph of its docstring, on one line.
        doc: The rest of its docstring.
        module_doc: The docstring of its module.
        sort_value: Its rank within the plugin.
        requires: The libraries it needs.
    """

    package_name: str
    plugin_name: str
    func_name: str
    func: Callable[..., Any]
    description: str
    doc: str
    module_doc: str
    sort_value: float
    requires: tuple[str, ...]

    @property
    def nout(self) -> int | None:
        """The number of values it returns, where ``task_nout`` states one."""
        nout: int | None = getattr(self.func, NOUT_ATTRIBUTE, None)
        return nout

    @property
    def label(self) -> str:
        """Its full name: package, plugin and function, joined by dots."""
        return f"{self.package_name}.{self.plugin_name}.{self.func_name}"


PLUGINS: dict[str, dict[str, dict[str, PluginInfo]]] = {}


def list_packages() -> list[str]:
    """List the packages that have registered a function in this process.

    Returns:
        Their full names, sorted.
    """
    return sorted(PLUGINS)


@overload
def register(func: Function) -> Function: ...
@overload
def register(
    *, sort_value: float = 0, requires: tuple[str, ...] = ()
) -> Callable[[Function], Function]: ...
def register(
    func: Function | None = None, *, sort_value: float = 0, requires: tuple[str, ...] = ()
) -> Function | Callable[[Function], Function]:
    """Register a function as a task of the plugin in which it is defined.

    The package and the plugin are those of the function's module: ``ops.py`` in the package
    ``dioptra_builtins.data`` is the plugin ``ops``. The function is returned unchanged.

    Args:
        func: The function, where the decorator is used without parentheses.
        sort_value: The rank among the plugin's functions; equal ranks keep their order in the file.
        requires: Top-level modules that the function imports in its body, such as ``("art",)``.

    Returns:
        The function, or a decorator that returns it.
    """

    def add(function: Function) -> Function:
        package, _, plugin = function.__module__.rpartition(".")
        description, _, doc = (inspect.getdoc(function) or "").partition("\n\n")
        module = inspect.getmodule(function)
        entry = PluginInfo(
            package_name=package,
            plugin_name=plugin,
            func_name=function.__name__,
            func=function,
            description=" ".join(description.split()),
            doc=doc.strip(),
            module_doc=(inspect.getdoc(module) or "") if module else "",
            sort_value=sort_value,
            requires=requires,
        )
        PLUGINS.setdefault(package, {}).setdefault(plugin, {})[function.__name__] = entry
        return function

    return add if func is None else add(func)


def task_nout(nout: int) -> Callable[[Function], Function]:
    """State how many values a task returns, so that its future can be unpacked.

    Args:
        nout: The number of values, at least 1.

    Returns:
        A decorator that returns the function itself, marked.

    Raises:
        ValueError: ``nout`` is less than 1.
    """
    if nout < 1:
        raise ValueError(f"a task returns at least one value, not {nout}")

    def mark(function: Function) -> Function:
        setattr(function, NOUT_ATTRIBUTE, nout)
        return function

    return mark
