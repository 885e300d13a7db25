import os
import socket
from collections.abc import Iterator
from types import SimpleNamespace

import psutil
import pytest

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.ports import check_port, listening_program
from dioptra.doctor.services import MLFLOW, PREFECT
from dioptra.doctor.visits import Visit
from dioptra.doctor.web import Reply

ANOTHER = Reply(status=404)


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_is_fine() -> None:
    finding = check_port(Visit(MLFLOW, 5000, "5000"), "")
    assert finding == Finding("port 5000", Status.OK, "free for MLflow")


def test_our_own_service_may_have_its_port() -> None:
    visit = Visit(MLFLOW, 5000, "5000", Reply(status=200), Reply(status=200, body="3.17.2"))
    assert check_port(visit, "") == Finding("port 5000", Status.OK, "MLflow 3.17.2 answers")


def test_our_own_service_may_ask_for_credentials() -> None:
    visit = Visit(PREFECT, 4200, "4200", Reply(status=200), Reply(status=401))
    assert check_port(visit, "") == Finding("port 4200", Status.OK, "Prefect answers")


@pytest.mark.parametrize("program", ["nginx (process 7)", ""])
def test_another_program_on_the_port_fails(program: str) -> None:
    finding = check_port(Visit(MLFLOW, 5000, "5000", ANOTHER, ANOTHER), program)
    name = program or "another program"
    assert finding.status is Status.FAIL
    assert finding.text == f"taken by {name}, which does not answer as MLflow"
    assert finding.remedy == "stop it, or set MLFLOW_PORT in .env to a free port"


def test_a_program_that_does_not_answer_may_be_starting() -> None:
    finding = check_port(Visit(MLFLOW, 5000, "5000", Reply(), Reply()), "docker-proxy (process 7)")
    assert finding.status is Status.FAIL
    assert finding.text == "taken by docker-proxy (process 7), which does not answer"
    assert finding.remedy.startswith("wait if MLflow is still starting, else stop it, or set ")


def test_a_setting_that_is_no_port_fails() -> None:
    finding = check_port(Visit(PREFECT, None, "http"), "")
    text = "PREFECT_PORT is 'http', which is no port"
    remedy = "set PREFECT_PORT in .env to a free port"
    assert finding == Finding("Prefect port", Status.FAIL, text, remedy)


def test_the_program_that_listens_is_named(listener: int) -> None:
    name = psutil.Process().name()
    assert listening_program(listener) == f"{name} (process {os.getpid()})"


def test_nothing_that_listens_has_no_name() -> None:
    assert listening_program(0) == ""


@pytest.mark.parametrize("error", [psutil.AccessDenied(), psutil.NoSuchProcess(1), OSError()])
def test_a_system_that_does_not_tell_is_no_error(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(**_: str) -> list[SimpleNamespace]:
        raise error

    monkeypatch.setattr(psutil, "net_connections", refuse)
    assert listening_program(5000) == ""
