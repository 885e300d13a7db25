# SPDX-License-Identifier: Apache-2.0
"""The manifest of a result: what it takes to make it again, and to explain another outcome."""

import inspect
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint import format_value
from dioptra.provenance.code import describe_code, describe_locks, find_revision
from dioptra.provenance.environment import describe_environment

if TYPE_CHECKING:
    from prefect import Flow


def make_manifest(used: Mapping[str, str], is_part: bool = False) -> dict[str, Any]:
    """Describe where the result of the running flow comes from.

    Args:
        used: What the flow has settled in the place of a parameter, as text, under
            ``used_<parameter>``, such as the seed that it drew; a path is no such thing.
        is_part: Whether the result is that of a step of the flow, and not its own.

    Returns:
        ``entry_point`` with its ``project`` and ``name``, ``parameters`` as a command line takes
        them, the ``revision`` and the SHA-256 of the files of the ``code``, those of the ``locks``,
        and the ``environment``. Where there is nothing that could be run again, the first is None
        and the second empty.
    """
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    flow = None if context is None else context.flow
    project = None if flow is None else find_project(flow)
    entry_point, parameters = None, {}
    if context is not None and flow is not None and project is not None and not is_part:
        entry_point = {"project": _shorten(project), "name": flow.fn.__name__}
        parameters = _format_all(context.parameters or {}, used)
    return {
        "entry_point": entry_point,
        "parameters": parameters,
        "revision": find_revision(),
        "code": describe_code(project),
        "locks": describe_locks(),
        "environment": describe_environment(),
    }


def find_project(flow: "Flow[..., Any]") -> Path | None:
    """Find the project folder of an entry point.

    Args:
        flow: A flow.

    Returns:
        The folder above ``src/<name of the flow's function>.py``; None for a flow from elsewhere.
    """
    file = Path(inspect.getsourcefile(flow.fn) or "").resolve()
    is_entry_point = file.stem == flow.fn.__name__ and file.parent.name == "src"
    return file.parents[1] if is_entry_point else None


def _format_all(parameters: Mapping[str, Any], used: Mapping[str, str]) -> dict[str, str]:
    texts = {name: format_value(value) for name, value in parameters.items()}
    settled = {name: used.get(f"used_{name}", texts[name]) for name in texts}
    # A path of this machine would be of no use on another.
    return {
        name: texts[name] if os.path.isabs(text) else text  # noqa: PTH117 - text, not yet a path
        for name, text in settled.items()
    }


def _shorten(project: Path) -> str:
    here = Path.cwd()
    return str(project.relative_to(here)) if project.is_relative_to(here) else str(project)
