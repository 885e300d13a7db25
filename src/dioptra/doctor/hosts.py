# SPDX-License-Identifier: Apache-2.0
"""The names by which MLflow lets itself be called."""

from collections.abc import Mapping
from http import HTTPStatus

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.web import Reply

NAME = "MLflow hosts"
BAD_HOST = "Invalid Host header"


def check_hosts(replies: Mapping[str, Reply]) -> Finding:
    """Check that MLflow answers under the names that browsers and clients use.

    Args:
        replies: Its replies by the Host header of the request.

    Returns:
        The finding.
    """
    refused = [
        host
        for host, reply in replies.items()
        if reply.status == HTTPStatus.FORBIDDEN and BAD_HOST in reply.body
    ]
    if not refused:
        return Finding(NAME, Status.OK, f"answers to {' and '.join(replies)}")
    return Finding(
        NAME,
        Status.FAIL,
        f"answers 403 ({BAD_HOST}) to {' and '.join(refused)}",
        "add the name to MLFLOW_ALLOWED_HOSTS in .env, then make up",
    )
