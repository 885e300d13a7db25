# SPDX-License-Identifier: Apache-2.0
"""The worker that runs what is submitted."""

import json
from http import HTTPStatus

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.web import Reply

NAME = "worker"
POOL = "tensorflow-cpu"


def check_workers(reply: Reply) -> Finding:
    """Check that a worker is there.

    Args:
        reply: That of Prefect on the workers of the pool.

    Returns:
        The finding.
    """
    if reply.status == HTTPStatus.NOT_FOUND:
        return Finding(NAME, Status.WARN, f"there is no work pool {POOL}", "make it with make up")
    if reply.status != HTTPStatus.OK:
        answered = f"answers {reply.status}" if reply.status else "does not answer"
        return Finding(
            NAME,
            Status.WARN,
            f"Prefect {answered} when asked for the workers",
            "see docker compose logs prefect",
        )
    count = _count_online(reply.body)
    if not count:
        return Finding(
            NAME,
            Status.WARN,
            f"none is online in the pool {POOL}, so nothing that is submitted runs",
            "docker compose up -d worker-cpu",
        )
    return Finding(NAME, Status.OK, f"{count} online in the pool {POOL}")


def _count_online(body: str) -> int:
    try:
        workers = json.loads(body)
    except ValueError:
        return 0
    listed = workers if isinstance(workers, list) else []
    return sum(isinstance(one, dict) and one.get("status") == "ONLINE" for one in listed)
