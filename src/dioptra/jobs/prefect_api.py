# SPDX-License-Identifier: Apache-2.0
"""The standing Prefect server: where it is, and what its refusals mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import httpx

from dioptra.sdk.exceptions import ServiceError

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

DEFAULT_URL = "http://127.0.0.1:4200/api"


@contextmanager
def prefect_client() -> Iterator["SyncPrefectClient"]:
    """Open a client of the server that the settings name, else of the stack on this machine.

    Yields:
        The client; ``PREFECT_API_AUTH_STRING`` is its log-in.

    Raises:
        ServiceError: The server does not answer, or refuses what the ``with`` block asks.
    """
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    # For this block alone: runs in this process start a server of their own where none is set.
    url = PREFECT_API_URL.value() or DEFAULT_URL
    settings = temporary_settings({PREFECT_API_URL: url})
    with _explaining(url), settings, get_client(sync_client=True) as client:
        yield client


def flow_run_page(flow_run_id: UUID) -> str:
    """Give the address of a flow run's page.

    Args:
        flow_run_id: The flow run.
    """
    from prefect.settings import PREFECT_API_URL, PREFECT_UI_URL

    api = PREFECT_API_URL.value() or DEFAULT_URL
    pages = PREFECT_UI_URL.value() or api.rstrip("/").removesuffix("/api")
    return f"{pages}/runs/flow-run/{flow_run_id}"


@contextmanager
def _explaining(url: str) -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        raise ServiceError(
            f"no Prefect server answers at {url}; start the stack with: make up "
            "(or name another server in PREFECT_API_URL)"
        ) from error
    except httpx.HTTPStatusError as error:
        raise ServiceError(_describe(url, error.response)) from error


def _describe(url: str, response: httpx.Response) -> str:
    if response.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return f"the Prefect server at {url} refuses the log-in; set PREFECT_API_AUTH_STRING"
    return (
        f"the Prefect server at {url} answers {response.status_code} to {response.request.method} "
        f"{response.request.url.path}: {_detail(response)}"
    )


def _detail(response: httpx.Response) -> str:
    try:
        content = response.json()
    except ValueError:
        return response.text or response.reason_phrase
    return str(content.get("detail", content) if isinstance(content, dict) else content)
