import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from dioptra.doctor.certificates import VARIABLES
from dioptra.doctor.examination import examine
from dioptra.doctor.finding import Status

Serve = Callable[[dict[str, tuple[int, str]]], Any]
Examine = Callable[..., dict[str, tuple[Status, str]]]
WORKERS = "/api/work_pools/tensorflow-cpu/workers/filter"
MLFLOW = {"/health": (200, "OK"), "/version": (200, "3.17.2")}
PREFECT = {"/api/health": (200, "true"), "/api/admin/version": (200, '"3.8.8"')}
DOCKER = """case $1 in
    version) echo '{"Client": {"Version": "28.2.2"}, "Server": {"Version": "28.2.2"}}' ;;
    info) echo '{"DockerRootDir": "/", "Runtimes": {}, "MemTotal": 2147483648}' ;;
    compose) echo 2.26.1 ;;
    buildx) echo github.com/docker/buildx v0.13.1 1 ;;
esac"""


@pytest.fixture
def examine_with(
    serve: Serve, programs: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> Examine:
    """Examines a machine with servers and programs of one's own; gives the findings by name."""
    programs()
    for name in [*os.environ]:
        if name in VARIABLES or "proxy" in name.lower() or name.startswith(("MLFLOW", "PREFECT")):
            monkeypatch.delenv(name)

    def run(
        mlflow: dict[str, tuple[int, str]], prefect: dict[str, tuple[int, str]]
    ) -> dict[str, tuple[Status, str]]:
        for name, answers in (("MLflow", mlflow), ("Prefect", prefect)):
            port = serve(answers).server_port
            monkeypatch.setenv(f"{name.upper()}_PORT", str(port))
        return {finding.name: (finding.status, finding.text) for finding in examine()}

    return run


def test_docker_is_examined(examine_with: Examine, programs: Callable[..., Path]) -> None:
    programs(docker=DOCKER)
    findings = examine_with(MLFLOW, PREFECT)
    assert findings["Docker"] == (Status.OK, "engine 28.2.2")
    assert findings["Compose"] == (Status.OK, "docker compose 2.26.1")
    assert findings["buildx"] == (Status.OK, "v0.13.1")
    assert findings["disk of Docker"][1].endswith("free in /")


def test_the_memory_of_docker_counts(
    examine_with: Examine, programs: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(docker=DOCKER)
    total = psutil.virtual_memory()._replace(total=1 << 34)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: total)
    status, text = examine_with(MLFLOW, PREFECT)["memory"]
    assert (status, text[:7]) == (Status.FAIL, "2.0 GiB")


def test_a_machine_without_docker_is_examined(examine_with: Examine, workspace: Path) -> None:
    findings = examine_with(MLFLOW, PREFECT)
    assert findings["Docker"][0] is Status.FAIL
    assert f"free in {workspace}" in findings["disk of workspace"][1]
    assert findings["GPU"][0] is Status.INFO
    assert findings["proxy"] == findings["site CA"] == (Status.OK, "none is set")


def test_servers_that_run_are_examined(examine_with: Examine) -> None:
    findings = examine_with(MLFLOW, {**PREFECT, WORKERS: (200, '[{"status": "ONLINE"}]')})
    names = [name for name in findings if not name.startswith("port")]
    assert names[-5:] == ["MLflow", "MLflow hosts", "Prefect", "worker", "clock"]
    assert {findings[name][0] for name in names[-5:]} == {Status.OK}


def test_a_server_that_does_not_let_us_in_is_asked_nothing_more(examine_with: Examine) -> None:
    findings = examine_with(
        {**MLFLOW, "/version": (401, "")}, {**PREFECT, "/api/admin/version": (401, "")}
    )
    assert findings["MLflow"][0] is findings["Prefect"][0] is Status.FAIL
    assert not {"MLflow hosts", "worker"} & set(findings)


def test_another_program_on_a_port_is_named(examine_with: Examine) -> None:
    findings = examine_with({}, PREFECT)
    taken = [text for status, text in findings.values() if "does not answer as MLflow" in text]
    assert len(taken) == 1
    assert f"(process {os.getpid()})" in taken[0]
    assert findings["MLflow"] == (Status.INFO, "not running")
    assert "MLflow hosts" not in findings


def test_ports_are_settings_of_the_workspace_too(
    examine_with: Examine, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine_with(MLFLOW, PREFECT)
    monkeypatch.delenv("MLFLOW_PORT")
    (workspace / ".env").write_text("MLFLOW_PORT=http\n")
    names = {finding.name: finding.status for finding in examine()}
    assert names["MLflow port"] is Status.FAIL
    assert "MLflow" not in names
