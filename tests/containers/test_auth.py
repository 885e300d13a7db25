"""The stack that asks for a password."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

PORTS = {"MLFLOW_PORT": "25001", "PREFECT_PORT": "24201"}
FILES = ["-f", "compose.yaml", "-f", "compose.auth.yaml"]


@pytest.fixture(scope="module")
def locked(make_stack: Any) -> Iterator[Any]:
    """A stack of its own with the passwords ``mlflow-secret-1`` and ``prefect secret:2%``."""
    stack = make_stack(
        "dioptra-auth",
        PORTS,
        FILES,
        MLFLOW_ADMIN_PASSWORD="mlflow-secret-1",
        PREFECT_ADMIN_PASSWORD="prefect secret:2%",
    )
    with stack.running("mlflow", "deployments"):
        stack.wait_for_health("mlflow")
        stack.wait_for(lambda: stack.container("deployments").attrs["State"]["Status"] == "exited")
        yield stack


def status(url: str, log_in: tuple[str, str] | None = None) -> int:
    return httpx.get(url, auth=log_in, timeout=20, trust_env=False).status_code


def test_mlflow_asks_for_a_password(locked: Any) -> None:
    url = f"{locked.mlflow}/api/2.0/mlflow/experiments/search?max_results=1"
    assert status(url) == 401
    assert status(url, ("admin", "wrong")) == 401
    assert status(url, ("admin", "mlflow-secret-1")) == 200


def test_prefect_asks_for_a_password(locked: Any) -> None:
    url = f"{locked.prefect}/admin/version"
    assert status(url) == 401
    assert status(url, ("admin", "wrong")) == 401
    assert status(url, ("admin", "prefect secret:2%")) == 200


def test_the_steps_of_the_start_know_the_password(locked: Any) -> None:
    assert locked.container("deployments").attrs["State"]["ExitCode"] == 0


def test_the_passwords_can_be_shown(locked: Any) -> None:
    shown = locked.compose("run", "--rm", "passwords").stdout
    assert "MLflow: admin:mlflow-secret-1" in shown
    assert "Prefect: admin:prefect secret:2%" in shown


def test_no_container_has_a_password_among_its_settings(locked: Any) -> None:
    for service in ("mlflow", "prefect", "deployments", "postgres", "databases"):
        settings = " ".join(locked.container(service).attrs["Config"]["Env"])
        assert "mlflow-secret-1" not in settings
        assert "prefect secret" not in settings
