# SPDX-License-Identifier: Apache-2.0
"""Asking a server that may be restarted in the meantime."""

import time
from collections.abc import Callable
from typing import TypeVar

import httpx

POLL_SECONDS = 1.0
PATIENCE_SECONDS = 90.0

Answer = TypeVar("Answer")


def patiently(
    ask: Callable[[], Answer], patience: float = PATIENCE_SECONDS, pause: float = POLL_SECONDS
) -> Answer:
    """Ask a server again for as long as it may be out for a moment.

    Args:
        ask: Asks it.
        patience: For how many seconds to ask again.
        pause: The seconds between two attempts.

    Returns:
        The answer.

    Raises:
        httpx.HTTPError: The last attempt's, or at once where the server refuses what is asked.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return ask()
        except httpx.HTTPError as error:
            if not _may_pass(error) or time.monotonic() >= deadline:
                raise
        time.sleep(pause)


def _may_pass(error: httpx.HTTPError) -> bool:
    return not isinstance(error, httpx.HTTPStatusError) or error.response.is_server_error
