# SPDX-License-Identifier: Apache-2.0
"""Which code and which locked libraries a result comes from."""

import importlib.util
import os
import subprocess
from functools import cache
from pathlib import Path

from dioptra.sdk.hashing import hash_file

PACKAGES = ("dioptra", "dioptra_builtins")
# The host's, and those of the images.
LOCKS = ("dev.txt", "tensorflow.txt", "tensorflow-gpu.txt")
CODE = ("src", "task-plugins", "examples", "requirements")
REVISION_VARIABLE = "DIOPTRA_REVISION"


@cache
def describe_code(project: Path | None) -> dict[str, str]:
    """Hash the files of the SDK, of the suite and of a project.

    It is done once in each process, since that is how often they are imported.

    Args:
        project: The project's folder, if the result comes from one.

    Returns:
        SHA-256 by the name of the file, such as ``dioptra_builtins/attacks/fgm.py``.
    """
    packages = [path for path in map(_find_package, PACKAGES) if path is not None]
    files = [(package, file) for package in packages for file in sorted(package.rglob("*.py"))]
    if project is not None:
        files += [(project, file) for file in sorted((project / "src").rglob("*.py"))]
    # An editor's lock is a link to nowhere.
    return {
        f"{folder.name}/{file.relative_to(folder).as_posix()}": hash_file(file)
        for folder, file in files
        if file.is_file()
    }


def describe_locks() -> dict[str, str]:
    """Hash the locks of the libraries, as far as they lie beside the code.

    Returns:
        SHA-256 by the name of the file.
    """
    files = [_find_root() / "requirements" / name for name in LOCKS]
    return {file.name: hash_file(file) for file in files if file.is_file()}


@cache
def find_revision() -> str | None:
    """Find the revision of the code.

    Returns:
        The commit, with ``+`` at its end where files differ from it; in an image, the value of
        ``DIOPTRA_REVISION``; None where nothing tells.
    """
    root = str(_find_root())
    try:
        commit, state = (
            subprocess.run(  # noqa: S603 - fixed words
                ["git", "-C", root, *words],  # noqa: S607 - the user's git
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain", "--", *CODE])
        )
    except (OSError, subprocess.CalledProcessError):
        return os.environ.get(REVISION_VARIABLE) or None
    return f"{commit}+" if state else commit


def _find_package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _find_root() -> Path:
    return Path(__file__).parents[3]
