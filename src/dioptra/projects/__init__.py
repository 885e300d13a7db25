# SPDX-License-Identifier: Apache-2.0
"""Project folders that come with the package: entry points that need no code of one's own."""

from pathlib import Path

from dioptra.sdk.exceptions import EntryPointNotFoundError

FOLDER = Path(__file__).parent
PREFIX = "dioptra:"
"""How a project of the package is named, as in ``dioptra:evasion``, wherever it is installed."""


def find_packaged_project(name: str) -> Path | None:
    """Find a project of the package.

    Args:
        name: Its name, with ``dioptra:`` in front.

    Returns:
        Its folder; None for a name of another kind.

    Raises:
        EntryPointNotFoundError: The package has no such project.
    """
    if not name.startswith(PREFIX):
        return None
    folder = FOLDER / name.removeprefix(PREFIX)
    if not (folder / "src").is_dir():
        known = ", ".join(PREFIX + path.parent.name for path in sorted(FOLDER.glob("*/src")))
        raise EntryPointNotFoundError(f"no project {name!r} in the package; known: {known}")
    return folder


def find_packaged_entry_point(name: str) -> Path | None:
    """Find the project of the package that has an entry point.

    Args:
        name: The entry point, such as ``evaluate``.

    Returns:
        The folder of its project; None where no project of the package has it.
    """
    file = (
        next(iter(sorted(FOLDER.glob(f"*/src/{name}.py"))), None) if name.isidentifier() else None
    )
    return None if file is None else file.parents[1]


def name_packaged_project(folder: Path) -> str | None:
    """Name a project of the package.

    Args:
        folder: An absolute path.

    Returns:
        Its name, with ``dioptra:`` in front; None for a folder from elsewhere.
    """
    return f"{PREFIX}{folder.name}" if folder.parent == FOLDER else None
