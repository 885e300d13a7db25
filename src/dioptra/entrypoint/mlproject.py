# SPDX-License-Identifier: Apache-2.0
"""The ``MLproject`` file of a project folder, made from its entry points."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint.discovery import find_entry_points
from dioptra.entrypoint.parameters import format_value

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

    stanzas = {name: _stanza(name, flow) for name, flow in find_entry_points(project).items()}
    content = {"name": Path(project).resolve().name, "entry_points": stanzas}
    return HEADER + yaml.safe_dump(content, sort_keys=False, width=100)


def _stanza(name: str, flow: "Flow[..., Any]") -> dict[str, Any]:
    schema = flow.parameters
    options = " ".join(f"--{option.replace('_', '-')} {{{option}}}" for option in schema.properties)
    return {
        "parameters": {
            option: _parameter(value, required=option in (schema.required or []))
            for option, value in schema.properties.items()
        },
        "command": f"python src/{name}.py {options}".strip(),
    }


def _parameter(schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    # MLflow's other types check that a path exists on the machine where the command is typed.
    kind = {"type": "float" if schema.get("type") == "number" else "string"}
    if required:
        return kind
    return {**kind, "default": format_value(schema.get("default"))}
