# SPDX-License-Identifier: Apache-2.0
"""New project folders, made from the templates of the package."""

import keyword
import re
import shutil
from pathlib import Path

from dioptra.sdk.exceptions import ParameterError
from dioptra.sdk.suggestions import suggest_names

TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def list_templates() -> list[str]:
    """List the templates.

    Returns:
        Their names, sorted.
    """
    return sorted(path.parent.name for path in TEMPLATES.glob("*/src"))


def make_project(folder: Path, template: str) -> Path:
    """Make a project folder from a template; it is there as a whole, or not at all.

    Args:
        folder: The folder, not there yet; its name is the project's.
        template: The name of the template.

    Returns:
        The folder, without its file ``MLproject``.

    Raises:
        ParameterError: The name is taken or cannot be that of a project, there is no such template,
            or no folder to make it in.
    """
    if template not in list_templates():
        known = suggest_names(template, list_templates())
        raise ParameterError(f"no template {template!r}; {known}")
    name = folder.name
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ParameterError(
            f"a project cannot be named {name!r}; take letters, digits, dashes and underscores, "
            "a letter first"
        )
    if folder.exists() or folder.is_symlink():
        raise ParameterError(f"{str(folder)!r} is there already; choose another name")
    if not folder.parent.is_dir():
        raise ParameterError(f"no such folder: {folder.parent}")
    part = folder.with_name(f".{name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for source in sorted((TEMPLATES / template).rglob("*")):
            if source.is_file() and source.suffix != ".pyc":
                target = part / source.relative_to(TEMPLATES / template)
                target.parent.mkdir(parents=True, exist_ok=True)
                text = source.read_text(encoding="utf-8").replace("{name}", name)
                target.write_text(text, encoding="utf-8")
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder
