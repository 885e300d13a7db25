import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mlflow.exceptions import MlflowException
from mlflow.utils import request_utils
from mlflow.utils.rest_utils import MlflowHostCreds, http_request
from requests.exceptions import UnrewindableBodyError

from dioptra_builtins._whole_answers import TRIES
from dioptra_builtins.tracking.mlflow import start_run

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


@pytest.fixture(autouse=True)
def _a_run_has_begun() -> None:
    with start_run("answers", "ask"):
        pass


@contextmanager
def server(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Give each answer on a connection of its own, which is closed then; gives the requests."""
    taken: list[bytes] = []

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as file:
                head = b"".join(iter(file.readline, b"\r\n"))
                length = next(
                    int(line.split(b":")[1])
                    for line in head.lower().splitlines()
                    if line.startswith(b"content-length")
                )
                taken.append(file.read(length))
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", taken
        thread.join(10)


def test_a_request_whose_answer_breaks_off_is_sent_again() -> None:
    with server(HEAD, HEAD + b"{", HEAD + b"{}") as (url, taken):
        answer = http_request(MlflowHostCreds(url), "/log", "POST", json={"loss": 0.5})
    assert answer.json() == {}
    assert taken == [b'{"loss": 0.5}'] * 3


def test_a_file_is_sent_again_from_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"weights")
    with server(HEAD, HEAD + b"{}") as (url, taken), (tmp_path / "model").open("rb") as file:
        answer = http_request(MlflowHostCreds(url), "/put", "PUT", data=file)
    assert answer.ok
    assert taken == [b"weights"] * 2


def test_an_answer_that_always_breaks_off_is_an_error() -> None:
    broken = pytest.raises(MlflowException, match="Connection broken")
    with server(*[HEAD] * TRIES) as (url, taken), broken:
        http_request(MlflowHostCreds(url), "/log", "POST", json={})
    assert len(taken) == TRIES


def test_what_is_to_be_streamed_is_left_to_be_read() -> None:
    with server(HEAD + b"{}") as (url, _):
        answer = http_request(MlflowHostCreds(url), "/get", "GET", stream=True, data="x")
        assert not answer._content_consumed
        assert answer.content == b"{}"


def test_a_request_that_cannot_be_sent_again_is_an_error() -> None:
    session = request_utils._get_request_session(0, 0, 0, (), False, False)
    with server(HEAD) as (url, _), pytest.raises(UnrewindableBodyError):
        session.put(url, data=iter([b"once"]), headers={"Content-Length": "4"})
