# SPDX-License-Identifier: Apache-2.0
"""Which code and which locked libraries a result comes from."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from dioptra.pyplugs import list_packages
from dioptra.sdk.hashing import hash_file

# The host's, and those of the images.
LOCKS = ("dev.txt", "tensorflow.txt", "tensorflow-gpu.txt")
CODE = ("src", "task-plugins", "examples", "requirements")
REVISION_VARIABLE = "DIOPTRA_REVISION"


def describe_code(project: Path | None) -> dict[str, str]:
    """Hash the files of the SDK, of the packages whose plugins are loaded, and of a project.

    It is done once in each process, since that is how often they are imported.

    Args:
        project: The project's folder, if the result comes from one.

    Returns:
        SHA-256 by the name of the file, such as ``dioptra_builtins/attacks/fgm.py``.
    """
    names = {__name__, *list_packages()}
    tops = sorted({name.partition(".")[0] for name in names})
    found = [hashed for top in tops for hashed in _hash_package(top).items()]
    if project is not None:
        found += _hash_files(project, "src").items()
    return dict(found)


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


@cache
def _hash_package(name: str) -> dict[str, str]:
    # A single module, such as a script, is no package.
    folders = getattr(sys.modules.get(name), "__path__", [])
    return {key: value for path in folders for key, value in _hash_files(Path(path)).items()}


@cache
def _hash_files(folder: Path, below: str = "") -> dict[str, str]:
    # An editor's lock is a link to nowhere.
    return {
        f"{folder.name}/{file.relative_to(folder).as_posix()}": hash_file(file)
        for file in sorted((folder / below).rglob("*.py"))
        if file.is_file()
    }


def _find_root() -> Path:
    return Path(__file__).parents[3]
