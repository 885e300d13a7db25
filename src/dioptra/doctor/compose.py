# SPDX-License-Identifier: Apache-2.0
"""Docker Compose, and buildx for the images."""

from dioptra.doctor.commands import Answer
from dioptra.doctor.engine import parse_version, read_object
from dioptra.doctor.finding import Finding, Status

COMPOSE = "Compose"
BUILDX = "buildx"
MISSING = "none that works was found"
# From here on, `docker build` leaves the work to buildx.
NEEDS_BUILDX = (23, 0)
OLDEST = (1, 29)


def check_compose(plugin: Answer, standalone: Answer) -> Finding:
    """Check that there is a Compose that knows the stack's file.

    Args:
        plugin: The answer of ``docker compose version --short``.
        standalone: The answer of ``docker-compose version --short``.

    Returns:
        The finding.
    """
    if plugin.succeeded:
        return Finding(COMPOSE, Status.OK, f"docker compose {plugin.out}")
    version = parse_version(standalone.out) if standalone.succeeded else (0, 0)
    if version < OLDEST:
        found = f"docker-compose {standalone.out} is too old" if any(version) else MISSING
        remedy = "install Docker's Compose plugin (docker compose)"
        return Finding(COMPOSE, Status.FAIL, found, remedy)
    if version < (2, 0):
        return Finding(
            COMPOSE,
            Status.WARN,
            f"docker-compose {standalone.out} builds no images of the stack",
            "build them first with make images, or install Docker's Compose plugin",
        )
    return Finding(COMPOSE, Status.OK, f"docker-compose {standalone.out}")


def check_buildx(buildx: Answer, docker: Answer) -> Finding:
    """Check that images can be built.

    Args:
        buildx: The answer of ``docker buildx version``.
        docker: The answer of ``docker version``, as JSON.

    Returns:
        The finding.
    """
    if buildx.succeeded:
        words = buildx.out.split()
        return Finding(BUILDX, Status.OK, words[1] if len(words) > 1 else "installed")
    client = str(read_object(read_object(docker).get("Client")).get("Version", ""))
    if (0, 0) < parse_version(client) < NEEDS_BUILDX:
        return Finding(BUILDX, Status.OK, f"missing, but docker {client} builds without it")
    found = f"{MISSING}, so make images fails"
    return Finding(BUILDX, Status.FAIL, found, "install Docker's buildx plugin")
