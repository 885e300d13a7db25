# SPDX-License-Identifier: Apache-2.0
"""The entry points of a project folder: files of ``src/`` that define a flow of their own name."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import EntryPointNotFoundError
from dioptra.sdk.project_imports import forget_package
from dioptra.sdk.suggestions import suggest_names

if TYPE_CHECKING:
    from prefect import Flow


def find_entry_points(project: str | Path) -> dict[str, "Flow[..., Any]"]:
    """Load every entry point of a project folder.

    Args:
        project: A folder with a ``src`` folder. ``src/NAME.py`` is an entry point where it defines
            a Prefect flow, the function ``NAME``.

    Returns:
        The flows by name, sorted.

    Raises:
        EntryPointNotFoundError: The folder has no entry point.
    """
    source = Path(project).resolve() / "src"
    if not source.parent.is_dir():
        raise EntryPointNotFoundError(f"no entry point in {str(project)!r}: no such folder")

    from prefect import Flow

    files = sorted(source.glob("*.py"))
    flows = {file.stem: getattr(_load(file), file.stem, None) for file in files}
    found = {name: flow for name, flow in flows.items() if isinstance(flow, Flow)}
    if not found:
        raise EntryPointNotFoundError(
            f"no entry point in {str(project)!r}; one is a file src/NAME.py with a flow named NAME"
        )
    return found


def load_entry_point(project: str | Path, name: str) -> "Flow[..., Any]":
    """Load one entry point of a project folder.

    Args:
        project: The folder, see :func:`find_entry_points`.
        name: The entry point's name.

    Returns:
        The flow.

    Raises:
        EntryPointNotFoundError: The folder has no such entry point.
    """
    flows = find_entry_points(project)
    if name not in flows:
        raise EntryPointNotFoundError(
            f"no entry point {name!r} in {str(project)!r}; {suggest_names(name, flows)}"
        )
    return flows[name]


def _load(file: Path) -> ModuleType:
    # As for a script, its folder comes first, so that `from tasks import ...` finds its neighbour
    # and not a module of that name from a project loaded before.
    folder = str(file.parent)
    if sys.path[0] != folder:
        sys.path.insert(0, folder)
    _claim_names(file.parent)
    return importlib.import_module(file.stem)


def _claim_names(folder: Path) -> None:
    files = {file.stem: str(file) for file in folder.glob("*.py")}
    loaded = {name: sys.modules[name] for name in files if name in sys.modules}
    if all(getattr(module, "__file__", None) == files[name] for name, module in loaded.items()):
        return
    # All of them, as those of this folder that are left would hold on to what others are replaced.
    for name in loaded:
        del sys.modules[name]
    forget_package(folder)
