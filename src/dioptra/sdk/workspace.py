# SPDX-License-Identifier: Apache-2.0
"""The folder in which runs keep their data, tracking store and results."""

import os
from pathlib import Path

MARKER = "task-plugins"


def find_workspace() -> Path:
    """Find the workspace, the one folder below which everything is written.

    It is ``DIOPTRA_WORKSPACE`` where that is set, else the nearest folder, from the working
    directory upwards, that has a ``task-plugins`` folder, else the working directory. So an entry
    point started from anywhere in a checkout uses the same data, models and results.

    Returns:
        An absolute path.
    """
    configured = os.environ.get("DIOPTRA_WORKSPACE")
    if configured:
        return Path(configured).resolve()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / MARKER).is_dir()), here)


def find_state() -> Path:
    """Find the folder of the workspace for what the tools underneath keep for themselves.

    Returns:
        An absolute path.
    """
    return find_workspace() / ".dioptra"
