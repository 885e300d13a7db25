# SPDX-License-Identifier: Apache-2.0
"""The entry points of a project folder: files of ``src/`` that define a flow of their own name."""

import ast
import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import DioptraError, EntryPointNotFoundError, ProjectError
from dioptra.sdk.project_imports import SOURCE, forget_package
from dioptra.sdk.suggestions import suggest_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prefect import Flow

RULE = "one is a file src/NAME.py with a flow named NAME"


def list_entry_points(project: str | Path) -> dict[str, str]:
    """List the entry points of a project folder, without importing anything of it.

    Args:
        project: A folder with a ``src`` folder. ``src/NAME.py`` is an entry point where it defines
            a Prefect flow, the function ``NAME``.

    Returns:
        The first line of the docstring of each, by name, sorted. A file that Python cannot read is
        among them, as what it defines shows only when it is loaded. So is one that gives its own
        name to something else than a flow.

    Raises:
        EntryPointNotFoundError: There is no such folder, or it has no entry point.
    """
    source = Path(project).resolve() / SOURCE
    if not source.parent.is_dir():
        raise EntryPointNotFoundError(f"no entry point in {str(project)!r}: no such folder")
    summaries = {file.stem: _summarize(file) for file in sorted(source.glob("*.py"))}
    found = {name: text for name, text in summaries.items() if text is not None}
    if not found:
        raise EntryPointNotFoundError(f"no entry point in {str(project)!r}; {RULE}")
    return found


def find_entry_points(project: str | Path) -> dict[str, "Flow[..., Any]"]:
    """Load every entry point of a project folder.

    Args:
        project: The folder, see :func:`list_entry_points`.

    Returns:
        The flows by name, sorted.

    Raises:
        EntryPointNotFoundError: The folder has no entry point.
        ProjectError: A file of the project cannot be imported; the message names file and line.
    """
    flows = {name: _load_flow(project, name) for name in list_entry_points(project)}
    found = {name: flow for name, flow in flows.items() if flow is not None}
    if not found:
        raise EntryPointNotFoundError(f"no entry point in {str(project)!r}; {RULE}")
    return found


def load_entry_point(project: str | Path, name: str) -> "Flow[..., Any]":
    """Load one entry point of a project folder, and no other file than those it imports.

    Args:
        project: The folder, see :func:`list_entry_points`.
        name: The entry point's name.

    Returns:
        The flow.

    Raises:
        EntryPointNotFoundError: The folder has no such entry point.
        ProjectError: A file of the project cannot be imported; the message names file and line.
    """
    known = list_entry_points(project)
    flow = _load_flow(project, name) if name in known else None
    if flow is None:
        others = [other for other in known if other != name]
        hint = suggest_names(name, others) if others else RULE
        raise EntryPointNotFoundError(f"no entry point {name!r} in {str(project)!r}; {hint}")
    return flow


def _summarize(file: Path) -> str | None:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return ""
    for node in tree.body:
        if file.stem in _list_names(node):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return ""
            return (ast.get_docstring(node) or "").partition("\n")[0]
    return None


def _list_names(node: ast.stmt) -> "Iterator[str]":
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name for alias in aliases)
        case ast.If() | ast.Try() | ast.With():
            for inner in ast.iter_child_nodes(node):
                if isinstance(inner, ast.stmt):
                    yield from _list_names(inner)


def _load_flow(project: str | Path, name: str) -> "Flow[..., Any] | None":
    from prefect import Flow

    source = Path(project).resolve() / SOURCE
    try:
        found = getattr(_load(source / f"{name}.py"), name, None)
    except DioptraError:
        raise
    except Exception as error:
        reason = error.msg if isinstance(error, SyntaxError) else error
        where = _locate(error, source)
        raise ProjectError(f"{where}: {type(error).__name__}: {reason}") from error
    return found if isinstance(found, Flow) else None


def _locate(error: Exception, source: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(source)]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else str(source)


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
