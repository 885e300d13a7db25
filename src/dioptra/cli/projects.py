# SPDX-License-Identifier: Apache-2.0
"""Which project and entry point a command line names."""

from pathlib import Path

from dioptra.projects import find_packaged_entry_point, find_packaged_project


def choose_entry_point(project: str, entry_point: str | None) -> tuple[Path, str | None]:
    """Tell what the first two words of ``run``, ``submit`` and ``sweep`` name.

    Args:
        project: A folder, a project of the package such as ``dioptra:evasion``, or one of its entry
            points, such as ``evaluate``, where there is no folder of that name.
        entry_point: The entry point of a project; None where there is no second word.

    Returns:
        The project folder and the entry point, None where none is named.

    Raises:
        EntryPointNotFoundError: The package has no such project.
    """
    packaged = find_packaged_project(project)
    if packaged is not None:
        return packaged, entry_point
    folder = Path(project)
    if entry_point is None and not folder.exists():
        found = find_packaged_entry_point(project)
        if found is not None:
            return found, project
    return folder, entry_point
