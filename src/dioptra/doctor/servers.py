# SPDX-License-Identifier: Apache-2.0
"""The servers of the stack."""

from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

from dioptra.doctor.engine import parse_version
from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.visits import Visit


def check_server(visit: Visit, *, locked: str, has_credentials: bool) -> Finding:
    """Check that a server is healthy, lets us in and is of the right version.

    Args:
        visit: What was found at its address.
        locked: The version that is installed here; empty if none is.
        has_credentials: Whether a user name and password were sent.

    Returns:
        The finding.
    """
    service, title = visit.service, visit.service.title
    if not visit.is_ours:
        return Finding(title, Status.INFO, "not running", "start it with make up")
    if visit.asks_credentials:
        fault, verb = "wants a user name and password", "set"
        if has_credentials:
            fault, verb = "refuses the user name and password that are set", "correct"
        remedy = f"{verb} {service.credentials} in the environment"
        return Finding(title, Status.FAIL, fault, remedy)
    if visit.health.status != HTTPStatus.OK:
        return Finding(
            title,
            Status.FAIL,
            f"not healthy: {service.health} answers {visit.health.status}",
            f"see docker compose logs {service.name}",
        )
    found = visit.version_text
    if not locked:
        return Finding(title, Status.OK, f"{found}, healthy")
    if parse_version(found) != parse_version(locked):
        return Finding(
            title,
            Status.WARN,
            f"the server is {found}, and {locked} is installed here",
            "make images, then make up",
        )
    return Finding(title, Status.OK, f"{found}, healthy, as installed here ({locked})")


def installed_version(distribution: str) -> str:
    """Give the version of a distribution, without importing it.

    Args:
        distribution: Its name.

    Returns:
        The version; empty if it is not installed.
    """
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
