# SPDX-License-Identifier: Apache-2.0
"""``dioptra mlproject``: write a project's ``MLproject`` file."""

import sys
from pathlib import Path

from dioptra.sdk.exceptions import DioptraError


class StaleFileError(DioptraError, ValueError):
    """A file that is made from others is not what they make now."""


def mlproject(project: Path, /, *, check: bool = False) -> None:
    """Write a project's MLproject file from the signatures of its flows.

    Args:
        project: The folder, such as examples/tensorflow-mnist-classifier.
        check: Write nothing, and fail where the file is not up to date.
    """
    from dioptra.entrypoint import make_mlproject

    file = project / "MLproject"
    text = make_mlproject(project)
    if not check:
        file.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{file}\n")
    elif not file.is_file() or file.read_text(encoding="utf-8") != text:
        raise StaleFileError(f"{file} is not up to date; run: dioptra mlproject {project}")
