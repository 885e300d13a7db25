# SPDX-License-Identifier: Apache-2.0
"""The ``MLproject`` file of a project folder, made from its entry points."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint.discovery import find_entry_points
from dioptra.entrypoint.parameters import format_parameters

if TYPE_CHECKING:
    from prefect import Flow

HEADER = "# Made from the signatures of the flows in src/ by `dioptra mlproject`; do not edit.\n"


def make_mlproject(project: str | Path) -> str:
    """Write the text of a project's ``MLproject`` file.

    Args:
        project: The folder, see :func:`dioptra.entrypoint.find_entry_points`.

    Returns:
        The file's text, in YAML.

    Raises:
        EntryPointNotFoundError: The folder has no entry point.
    """
    import yaml

    folder = Path(project).resolve()
    flows = find_entry_points(project)
    stanzas = {name: _stanza(folder, name, flow) for name, flow in flows.items()}
    content = {"name": folder.name, "entry_points": stanzas}
    return HEADER + yaml.safe_dump(content, sort_keys=False, width=100)


def _stanza(project: Path, name: str, flow: "Flow[..., Any]") -> dict[str, Any]:
    names = flow.parameters.properties
    options = " ".join(f"--{option.replace('_', '-')} {{{option}}}" for option in names)
    file = f"src/{name}.py"
    start = "python" if _is_script(project / file) else "python -m dioptra.entrypoint"
    return {
        "parameters": {option: _kind(flow, option) | _default(flow, option) for option in names},
        "command": f"{start} {file} {options}".strip(),
    }


def _is_script(file: Path) -> bool:
    # To a script, and to what it imports, a relative import is an error until Dioptra is there.
    for name in _list_imports(file, set()):
        if name.startswith(".") or name.split(".")[0] == "dioptra":
            return not name.startswith(".")
    return True


def _list_imports(file: Path, seen: set[Path]) -> Iterator[str]:
    seen.add(file)
    for node in (node for part in ast.parse(file.read_bytes()).body for node in ast.walk(part)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = ["." * node.level + (node.module or "")]
        for name in names:
            yield name
            neighbour = file.with_name(f"{name.split('.')[0]}.py")
            if neighbour.is_file() and neighbour not in seen:
                yield from _list_imports(neighbour, seen)


def _kind(flow: "Flow[..., Any]", name: str) -> dict[str, str]:
    # MLflow's other types check that a path exists on the machine where the command is typed.
    is_number = flow.parameters.properties[name].get("type") == "number"
    return {"type": "float" if is_number else "string"}


def _default(flow: "Flow[..., Any]", name: str) -> dict[str, str]:
    if name in (flow.parameters.required or []):
        return {}
    default = flow.parameters.properties[name].get("default")
    return {"default": format_parameters(flow, {name: default})[name]}
