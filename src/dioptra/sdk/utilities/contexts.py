# SPDX-License-Identifier: Apache-2.0
"""Context managers for flows that use plugins of their own."""

import importlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dioptra.sdk.workspace import MARKER, find_workspace


@contextmanager
def plugin_dirs(dirs: Iterable[str | Path] | None = None) -> Iterator[list[str]]:
    """Put folders that hold plugin packages on the import path for a ``with`` block.

    Args:
        dirs: Folders, searched in this order, before all others. Without it, the folders of the
            environment variable ``DIOPTRA_PLUGIN_DIRS`` (separated as in ``PATH``) and the
            ``task-plugins`` folder of the workspace.

    Yields:
        The absolute paths that were added.

    Raises:
        NotADirectoryError: One of ``dirs`` is not a folder.
    """
    if dirs is None:
        configured = os.environ.get("DIOPTRA_PLUGIN_DIRS", "").split(os.pathsep)
        default = find_workspace() / MARKER
        dirs = [*filter(None, configured), *([default] if default.is_dir() else [])]
    paths = [str(Path(folder).resolve()) for folder in dirs]
    for path in paths:
        if not Path(path).is_dir():
            raise NotADirectoryError(f"the plugin folder {path!r} is not a folder")
    before = list(sys.path)
    sys.path[:0] = paths
    # A package written a moment ago is invisible to the finders' directory caches.
    importlib.invalidate_caches()
    try:
        yield paths
    finally:
        sys.path[:] = before
