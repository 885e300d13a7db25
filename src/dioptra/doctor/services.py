# SPDX-License-Identifier: Apache-2.0
"""The two servers of the stack."""

from collections.abc import Mapping
from dataclasses import dataclass


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
