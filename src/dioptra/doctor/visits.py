# SPDX-License-Identifier: Apache-2.0
"""What is found where a service should be."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from dioptra.doctor.services import PREFECT, Service, read_credentials
from dioptra.doctor.settings import parse_port
from dioptra.doctor.web import NO_REPLY, Reply, ask, make_client
from dioptra.doctor.workers import POOL

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True)
class Visit:
    """What was found where a service should be.

    Attributes:
        service: The service.
        port: The port that was asked; None where its setting is no port.
        setting: The port as it is set.
        health: The reply on its health.
        version: The reply on its version.
        hosts: MLflow's replies by the Host header of the request.
        workers: Prefect's reply on the workers of the pool.
    """

    service: Service
    port: int | None
    setting: str
    health: Reply = NO_REPLY
    version: Reply = NO_REPLY
    hosts: Mapping[str, Reply] = field(default_factory=dict)
    workers: Reply | None = None

    @property
    def version_text(self) -> str:
        """The version; empty if the reply holds none."""
        found = re.fullmatch(r'"?(\d+\.\d+[\w.+-]*)"?', self.version.body.strip())
        return found[1] if found and self.version.status == HTTPStatus.OK else ""

    @property
    def asks_credentials(self) -> bool:
        """Whether it wants a user name and password, or others."""
        return self.version.status == HTTPStatus.UNAUTHORIZED

    @property
    def is_ours(self) -> bool:
        """Whether the service itself answers, and not another program on its port."""
        return bool(self.version_text) or self.asks_credentials


def visit(service: Service, settings: Mapping[str, str]) -> Visit:
    """Ask a service how it is.

    Args:
        service: The service.
        settings: Values by name.

    Returns:
        What was found, whatever it is.
    """
    setting = settings.get(service.port_variable) or str(service.default_port)
    port = parse_port(setting)
    if port is None:
        return Visit(service, None, setting)
    address = f"http://127.0.0.1:{port}"
    with make_client(read_credentials(service, settings)) as client:
        health = ask(client, f"{address}{service.health}")
        if not health.status:
            return Visit(service, port, setting, health, health)
        version = ask(client, f"{address}{service.version}")
        found = Visit(service, port, setting, health, version)
        if not found.is_ours:
            return found
        if service is PREFECT:
            return replace(found, workers=_ask_for_workers(client, address))
        return replace(found, hosts=_ask_by_host(client, port))


def _ask_for_workers(client: "httpx.Client", address: str) -> Reply:
    url = f"{address}/api/work_pools/{POOL}/workers/filter"
    return ask(client, url, method="POST", json={})


def _ask_by_host(client: "httpx.Client", port: int) -> dict[str, Reply]:
    # The pages: MLflow answers on its health and version whatever the Host header is.
    url = f"http://127.0.0.1:{port}/"
    hosts = (f"localhost:{port}", f"127.0.0.1:{port}")
    return {host: ask(client, url, headers={"Host": host}) for host in hosts}
