# SPDX-License-Identifier: Apache-2.0
"""The manifest of a result: what it takes to make it again, and to explain another outcome."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dioptra.entrypoint import find_call, format_parameters
from dioptra.projects import find_packaged_project, name_packaged_project
from dioptra.provenance.code import describe_code, describe_locks, find_revision
from dioptra.provenance.environment import describe_environment
from dioptra.sdk.exceptions import EntryPointNotFoundError
from dioptra.sdk.workspace import find_workspace

FILE = "manifest.json"
"""The artifact of a run that holds its parameters, metrics, hashes and manifest."""


def make_manifest(is_part: bool = False) -> dict[str, Any]:
    """Describe where the result of the running flow comes from; call it before the work begins.

    Args:
        is_part: Whether the result is that of a step of the flow, and not its own.

    Returns:
        ``entry_point`` with its ``project`` and ``name``, ``parameters`` as a command line takes
        them, the names of those that are ``places``, the ``revision`` and the SHA-256 of the files
        of the ``code``, those of the ``locks``, and the ``environment``. Where there is nothing
        that could be run again, the first is None, and the next two are empty.
    """
    call = find_call()
    project = None if call is None else find_project(call.flow.fn)
    entry_point: dict[str, str] | None = None
    parameters: Mapping[str, Any] = {}
    texts: dict[str, str] = {}
    if call is not None and project is not None and not is_part:
        entry_point = {"project": _shorten(project), "name": call.flow.fn.__name__}
        parameters = call.parameters
        texts = format_parameters(call.flow, parameters)
    return {
        "entry_point": entry_point,
        "parameters": texts,
        "places": [name for name, value in parameters.items() if isinstance(value, Path)],
        "revision": find_revision(),
        "code": describe_code(project),
        "locks": describe_locks(),
        "environment": describe_environment(),
    }


def settle_parameters(manifest: Mapping[str, Any], used: Mapping[str, str]) -> dict[str, Any]:
    """Put what a flow has settled in the place of the parameters that left it open.

    Args:
        manifest: A manifest.
        used: Texts under ``used_<parameter>``, such as the seed that was drawn. An absolute path
            says where something was on this machine, and is left out.

    Returns:
        The manifest with these parameters.
    """
    settled = {
        name: used.get(f"used_{name}", text) for name, text in manifest["parameters"].items()
    }
    kept = {name: text for name, text in settled.items() if not text.startswith("/")}
    return {**manifest, "parameters": {**manifest["parameters"], **kept}}


def find_project(function: Callable[..., Any]) -> Path | None:
    """Find the project folder of an entry point.

    Args:
        function: The function of a flow.

    Returns:
        The folder above ``src/<name of the function>.py``; None for a function from elsewhere.
    """
    # Also below a decorator.
    file = Path(inspect.getsourcefile(inspect.unwrap(function)) or "").resolve()
    is_entry_point = file.stem == function.__name__ and file.parent.name == "src"
    return file.parents[1] if is_entry_point else None


def locate_project(name: str) -> Path:
    """Find the project folder that a manifest names.

    Args:
        name: The project of its ``entry_point``: a path, as seen from the working directory or from
            the workspace, in which most projects are, or the name of a project of the package.

    Returns:
        The folder.

    Raises:
        EntryPointNotFoundError: There is no such folder here.
    """
    packaged = find_packaged_project(name)
    if packaged is not None:
        return packaged
    for folder in (Path(name), find_workspace() / name):
        if folder.is_dir():
            return folder
    raise EntryPointNotFoundError(
        f"there is no project folder {name!r} here; name it: --project FOLDER"
    )


def _shorten(project: Path) -> str:
    packaged = name_packaged_project(project)
    if packaged is not None:
        return packaged
    for folder in (find_workspace(), Path.cwd()):
        if project.is_relative_to(folder):
            return str(project.relative_to(folder))
    return str(project)
