# SPDX-License-Identifier: Apache-2.0
"""``dioptra new``: make a project folder that runs."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def new(
    folder: Path, /, *, template: Annotated[str, Parameter(name="--from")] = "experiment"
) -> None:
    """Make a project folder that runs at once.

    Args:
        folder: The folder to make, such as my-study; its name is the project's.
        template: What to make it from: experiment, which trains a network on digits and attacks it,
            or evasion, which attacks a registered model, also with an attack of one's own.
    """
    from dioptra.entrypoint import list_entry_points, make_mlproject
    from dioptra.projects.making import make_project

    project = make_project(folder, template)
    (project / "MLproject").write_text(make_mlproject(project), encoding="utf-8")
    for file in sorted(path for path in project.rglob("*") if path.is_file()):
        if "__pycache__" not in file.parts:
            sys.stdout.write(f"{file}\n")
    for name in list_entry_points(project):
        sys.stdout.write(f"run it: dioptra run {folder} {name}\n")
