import socket
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from dioptra.doctor.services import MLFLOW, PREFECT
from dioptra.doctor.visits import Visit, visit
from dioptra.doctor.web import NO_REPLY, Reply

Serve = Callable[[dict[str, tuple[int, str]]], Any]
WORKERS = "/api/work_pools/tensorflow-cpu/workers/filter"
PREFECT_ANSWERS = {
    "/api/health": (200, "true"),
    "/api/admin/version": (200, '"3.8.8"'),
    WORKERS: (200, "[]"),
}
MLFLOW_ANSWERS = {"/health": (200, "OK"), "/version": (200, "3.17.2"), "/": (200, "<html>")}


def mlflow(status: int, body: str) -> Visit:
    return Visit(MLFLOW, 5000, "5000", Reply(status=200), Reply(status=status, body=body))


@pytest.mark.parametrize("body", ["3.8.8", '"3.8.8"', "3.8.8\n"])
def test_a_version_is_plain_text_or_json(body: str) -> None:
    assert mlflow(200, body).version_text == "3.8.8"


@pytest.mark.parametrize(("status", "body"), [(200, "<html>3.8.8</html>"), (404, "3.8.8")])
def test_what_gives_no_version_is_not_ours(status: int, body: str) -> None:
    assert mlflow(status, body).version_text == ""
    assert not mlflow(status, body).is_ours


def test_what_asks_for_credentials_is_ours() -> None:
    assert mlflow(401, "").is_ours


def test_mlflow_is_asked_under_both_names_of_this_machine(serve: Serve) -> None:
    stub = serve(MLFLOW_ANSWERS)
    port = stub.server_port
    found = visit(MLFLOW, {"MLFLOW_PORT": str(port)})
    assert (found.port, found.version_text, found.health.body) == (port, "3.17.2", "OK")
    assert list(found.hosts) == [f"localhost:{port}", f"127.0.0.1:{port}"]
    assert [host for path, host, _ in stub.asked if path == "/"] == list(found.hosts)


def test_prefect_is_asked_for_its_workers(serve: Serve) -> None:
    found = visit(PREFECT, {"PREFECT_PORT": str(serve(PREFECT_ANSWERS).server_port)})
    assert found.version_text == "3.8.8"
    assert found.workers is not None
    assert (found.workers.status, found.workers.body) == (200, "[]")


def test_the_user_name_and_password_are_sent(serve: Serve) -> None:
    stub = serve(PREFECT_ANSWERS)
    settings = {"PREFECT_PORT": str(stub.server_port), "PREFECT_API_AUTH_STRING": "me:word"}
    visit(PREFECT, settings)
    assert {sent for *_, sent in stub.asked} == {f"Basic {b64encode(b'me:word').decode()}"}


def test_another_program_is_left_alone_once_it_is_known(serve: Serve) -> None:
    stub = serve({})
    found = visit(MLFLOW, {"MLFLOW_PORT": str(stub.server_port)})
    assert not found.is_ours
    assert [path for path, *_ in stub.asked] == ["/health", "/version"]


def test_nothing_that_listens_is_no_reply() -> None:
    with socket.socket() as bound:
        # Bound, so that nothing else takes it, but not listening.
        bound.bind(("127.0.0.1", 0))
        found = visit(MLFLOW, {"MLFLOW_PORT": str(bound.getsockname()[1])})
    assert (found.health, found.version) == (NO_REPLY, NO_REPLY)


def test_what_is_no_port_is_not_visited() -> None:
    assert visit(MLFLOW, {"MLFLOW_PORT": "http"}) == Visit(MLFLOW, None, "http")
