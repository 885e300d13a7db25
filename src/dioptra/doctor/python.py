# SPDX-License-Identifier: Apache-2.0
"""Python and the suite's libraries, for runs without the stack."""

from collections.abc import Iterable

from dioptra.doctor.finding import Finding, Status
from dioptra.sdk.exceptions import MissingRequirementError
from dioptra.sdk.requirements import check_requirements

# As in pyproject.toml, which an installer may have been told to disregard.
OLDEST = (3, 11)


def check_python(version: tuple[int, int, int]) -> Finding:
    """Check that Python is new enough.

    Args:
        version: The version.

    Returns:
        The finding.
    """
    text = ".".join(map(str, version))
    if version[:2] < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return Finding("Python", Status.FAIL, f"{text} is too old", f"install {wanted} or newer")
    return Finding("Python", Status.OK, text)


def check_libraries(names: Iterable[str]) -> Finding:
    """Check that libraries are installed.

    Args:
        names: Those of their top-level modules.

    Returns:
        The finding.
    """
    wanted = sorted(names)
    try:
        check_requirements(wanted, needed_by="a run outside the stack")
    except MissingRequirementError as error:
        text, _, remedy = str(error).partition("; ")
        # The stack has its own.
        return Finding("libraries", Status.WARN, text, remedy)
    return Finding("libraries", Status.OK, f"all {len(wanted)} of the suite are installed")
