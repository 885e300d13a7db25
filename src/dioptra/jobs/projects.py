# SPDX-License-Identifier: Apache-2.0
"""The projects below a folder, and where in their files an error is."""

import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint import find_entry_points
from dioptra.sdk.exceptions import DioptraError, EntryPointNotFoundError, ProjectError

if TYPE_CHECKING:
    from prefect import Flow


def find_projects(*folders: Path) -> dict[Path, dict[str, "Flow[..., Any]"]]:
    """Load the entry points of every project below folders.

    Args:
        *folders: Hold project folders; what has no entry point is no project.

    Returns:
        The flows by name, by the absolute path of their project, sorted within a folder.

    Raises:
        EntryPointNotFoundError: A folder has no project.
        ProjectError: A file of a project cannot be imported.
    """
    projects: dict[Path, dict[str, Flow[..., Any]]] = {}
    for folder in folders:
        found = {}
        for source in sorted(folder.resolve().glob("*/src")):
            with suppress(EntryPointNotFoundError):
                found[source.parent] = load_flows(source.parent)
        if not found:
            raise EntryPointNotFoundError(
                f"no project below {str(folder)!r}; one is a folder with a file src/NAME.py that "
                "has a flow named NAME"
            )
        projects |= found
    return projects


def load_flows(project: Path) -> dict[str, "Flow[..., Any]"]:
    """Load the entry points of a project.

    Args:
        project: The folder, see :func:`dioptra.entrypoint.find_entry_points`.

    Returns:
        The flows by name, sorted.

    Raises:
        EntryPointNotFoundError: The folder has no entry point.
        ProjectError: A file of the project cannot be imported; the message names file and line.
    """
    try:
        return find_entry_points(project)
    except DioptraError:
        raise
    except Exception as error:
        reason = error.msg if isinstance(error, SyntaxError) else error
        raise ProjectError(
            f"{_locate(error, project.resolve() / 'src')}: {type(error).__name__}: {reason}"
        ) from error


def _locate(error: Exception, source: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(source)]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else str(source)
