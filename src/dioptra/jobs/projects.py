# SPDX-License-Identifier: Apache-2.0
"""The projects below a folder."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint import find_entry_points
from dioptra.sdk.exceptions import EntryPointNotFoundError

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
                found[source.parent] = find_entry_points(source.parent)
        if not found:
            raise EntryPointNotFoundError(
                f"no project below {str(folder)!r}; one is a folder with a file src/NAME.py that "
                "has a flow named NAME"
            )
        projects |= found
    return projects
