# SPDX-License-Identifier: Apache-2.0
"""Docker's engine."""

import json
import re
from typing import Any

from dioptra.doctor.commands import Answer
from dioptra.doctor.finding import Finding, Status

NAME = "Docker"
# The first with all that the images' builds ask of BuildKit.
OLDEST = (20, 10)
# Other files may be denied too, such as the user's configuration.
REFUSED = "permission denied while trying to connect"
INSTALL = "install Docker Engine 20.10 or newer, or Docker Desktop"


def check_engine(answer: Answer) -> Finding:
    """Check that Docker's engine answers and is new enough.

    Args:
        answer: That of ``docker version``, as JSON.

    Returns:
        The finding.
    """
    if not answer.installed:
        return Finding(NAME, Status.FAIL, "the command docker is missing", INSTALL)
    version = str(read_object(read_object(answer).get("Server")).get("Version", ""))
    if not version and REFUSED in answer.error.lower():
        return Finding(
            NAME,
            Status.FAIL,
            "this user may not use the engine's socket (permission denied)",
            "sudo usermod -aG docker $USER, then log out and in again",
        )
    if not version:
        reason = _shorten(answer.error) or "it gave no version"
        remedy = "start it: sudo systemctl start docker, or Docker Desktop"
        if not answer.in_time:
            remedy = "try again, and restart Docker if it stays so"
        return Finding(NAME, Status.FAIL, f"the engine does not answer ({reason})", remedy)
    if parse_version(version) < OLDEST:
        return Finding(NAME, Status.FAIL, f"engine {version} is too old", INSTALL)
    return Finding(NAME, Status.OK, f"engine {version}")


def read_object(source: Any) -> dict[str, Any]:
    """Read a JSON object, which need not be one.

    Args:
        source: A program's answer, or a part of JSON.

    Returns:
        The object; an empty one where there is none.
    """
    if isinstance(source, Answer):
        try:
            source = json.loads(source.out)
        except ValueError:
            return {}
    return source if isinstance(source, dict) else {}


def parse_version(text: str) -> tuple[int, int]:
    """Read the first two numbers of a version.

    Args:
        text: Such as ``"v20.10.24+dfsg1"``.

    Returns:
        Both; zeros where there are none.
    """
    found = re.search(r"(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _shorten(reason: str, limit: int = 100) -> str:
    return reason if len(reason) <= limit else f"{reason[:limit]}..."
