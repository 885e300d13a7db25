# SPDX-License-Identifier: Apache-2.0
"""The plugin registry: register functions, find them by name, call them as Prefect tasks."""

from dioptra.pyplugs.factories import (
    broken_factory,
    call_factory,
    call_task_factory,
    exists_factory,
    funcs_factory,
    get_factory,
    get_task_factory,
    info_factory,
    map_task_factory,
    names_factory,
    submit_task_factory,
)
from dioptra.pyplugs.lookup import (
    broken,
    call,
    checked,
    exists,
    funcs,
    get,
    info,
    list_installed,
    names,
)
from dioptra.pyplugs.registry import PluginInfo, list_packages, register, task_nout
from dioptra.pyplugs.tasks import call_task, get_task, map_task, step, submit_task

__all__ = [
    "PluginInfo",
    "broken",
    "broken_factory",
    "call",
    "call_factory",
    "call_task",
    "call_task_factory",
    "checked",
    "exists",
    "exists_factory",
    "funcs",
    "funcs_factory",
    "get",
    "get_factory",
    "get_task",
    "get_task_factory",
    "info",
    "info_factory",
    "list_installed",
    "list_packages",
    "map_task",
    "map_task_factory",
    "names",
    "names_factory",
    "register",
    "step",
    "submit_task",
    "submit_task_factory",
    "task_nout",
]
