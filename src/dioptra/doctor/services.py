# SPDX-License-Identifier: Apache-2.0
"""The two servers of the stack, and what a visit finds at their addresses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from dioptra.doctor.settings import parse_port
from dioptra.doctor.web import NO_REPLY, Reply, ask, make_client

POOL = "tensorflow-cpu"
BAD_HOST = "Invalid Host header"


@dataclass(frozen=True)
class Service:
    """A server of the stack.

    Attributes:
        title: Its name.
        name: That of its service in Compose and of its Python distribution.
        port_variable: The setting of its port on this machine.
        default_port: The port without that setting.
        health: The path that answers when it is healthy.
        version: The path that gives its version.
        credentials: The settings that hold a user name and password for it.
    """

    title: str
    name: str
    port_variable: str
    default_port: int
    health: str
    version: str
    credentials: str


MLFLOW = Service(
    title="MLflow",
    name="mlflow",
    port_variable="MLFLOW_PORT",
    default_port=5000,
    health="/health",
    version="/version",
    credentials="MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
)
PREFECT = Service(
    title="Prefect",
    name="prefect",
    port_variable="PREFECT_PORT",
    default_port=4200,
    health="/api/health",
    version="/api/admin/version",
    credentials="PREFECT_API_AUTH_STRING",
)


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


def read_credentials(service: Service, settings: Mapping[str, str]) -> tuple[str, str] | None:
    """Read the user name and password for a service.

    Args:
        service: The service.
        settings: Values by name.

    Returns:
        Both; None where they are not set.
    """
    if service is PREFECT:
        user, _, password = settings.get("PREFECT_API_AUTH_STRING", "").partition(":")
    else:
        user = settings.get("MLFLOW_TRACKING_USERNAME", "")
        password = settings.get("MLFLOW_TRACKING_PASSWORD", "")
    return (user, password) if user else None


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
            pool = f"{address}/api/work_pools/{POOL}/workers/filter"
            workers = ask(client, pool, method="POST", json={})
            return Visit(service, port, setting, health, version, workers=workers)
        # MLflow answers on its health and version whatever the Host header is.
        hosts = {
            host: ask(client, f"{address}/", headers={"Host": host})
            for host in (f"localhost:{port}", f"127.0.0.1:{port}")
        }
        return Visit(service, port, setting, health, version, hosts=hosts)
