# SPDX-License-Identifier: Apache-2.0
"""Asking a server on this machine, within a time limit."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
# Of a program that is not ours, which may send without end.
LARGEST_BODY = 1 << 20


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    Attributes:
        listening: Whether anything listens on the port.
        status: The status of HTTP; 0 where the answer is no HTTP, or none came.
        body: The content.
        date: The server's clock, as its header says; empty without one.
        received: When the answer came by this machine's clock, in seconds since the epoch.
    """

    listening: bool = True
    status: int = 0
    body: str = ""
    date: str = ""
    received: float = 0.0


NO_REPLY = Reply(listening=False)


def make_client(auth: tuple[str, str] | None = None) -> "httpx.Client":
    """Make a client that no proxy comes between.

    Args:
        auth: A user name and password.

    Returns:
        The client, to be closed.
    """
    import httpx

    limits = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(auth=auth, timeout=limits, trust_env=False)


def ask(client: "httpx.Client", url: str, *, method: str = "GET", **request: Any) -> Reply:
    """Send a request.

    Args:
        client: See :func:`make_client`.
        url: The address.
        method: The method of HTTP.
        request: More of the request, as httpx takes it.

    Returns:
        The reply, whatever happens.
    """
    import httpx

    try:
        with client.stream(method, url, **request) as response:
            return Reply(
                # Before the body, for which the server may take its time.
                received=time.time(),
                status=response.status_code,
                date=response.headers.get("Date", ""),
                body=_read(response),
            )
    except httpx.ConnectError:
        return NO_REPLY
    except httpx.HTTPError:
        return Reply()


def _read(response: "httpx.Response") -> str:
    deadline = time.monotonic() + READ_SECONDS
    body = b""
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST_BODY or time.monotonic() > deadline:
            break
    return body.decode(errors="replace")
