# SPDX-License-Identifier: Apache-2.0
"""The settings of the stack: the environment, and below it the file ``.env``, as for Compose."""

from collections.abc import Mapping
from pathlib import Path

LAST_PORT = 65535


def read_settings(file: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Read the settings.

    Args:
        file: The file ``.env``, which need not be there.
        environ: The environment variables, which win.

    Returns:
        Values by name.
    """
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    pairs = [line.partition("=") for line in lines if not line.lstrip().startswith("#")]
    stored = {name.strip(): _unquote(value) for name, equals, value in pairs if equals}
    return {**stored, **environ}


def parse_port(text: str) -> int | None:
    """Read a port's number.

    Args:
        text: Such as ``"5000"``.

    Returns:
        The number; None if it is none.
    """
    number = int(text) if text.isascii() and text.isdigit() else 0
    return number if 0 < number <= LAST_PORT else None


def _unquote(value: str) -> str:
    # As Compose does, which takes what follows a space and a # for a comment.
    return value.partition(" #")[0].strip().strip("'\"")
