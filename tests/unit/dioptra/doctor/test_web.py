import itertools
import time
from collections.abc import Iterator

import httpx
import pytest

from dioptra.doctor import web
from dioptra.doctor.web import NO_REPLY, Reply, ask, make_client

DATE = "Thu, 01 Jan 1970 00:01:40 GMT"


def ask_one_that(response: httpx.Response | Exception) -> Reply:
    def answer(_: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        return ask(client, "http://127.0.0.1/")


def test_a_reply_holds_what_the_server_said_and_when() -> None:
    before = time.time()
    reply = ask_one_that(httpx.Response(503, text="busy", headers={"Date": DATE}))
    assert before <= reply.received <= time.time()
    assert (reply.status, reply.body, reply.date) == (503, "busy", DATE)


def test_a_server_may_hide_its_clock() -> None:
    assert ask_one_that(httpx.Response(200)).date == ""


def test_a_refused_connection_is_no_reply() -> None:
    assert ask_one_that(httpx.ConnectError("refused")) is NO_REPLY


@pytest.mark.parametrize("error", [httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("odd")])
def test_a_program_that_does_not_speak_http_still_listens(error: Exception) -> None:
    assert ask_one_that(error) == Reply(listening=True, status=0)


def test_an_endless_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def send() -> Iterator[bytes]:
        yield from itertools.repeat(b"x")

    monkeypatch.setattr(web, "LARGEST_BODY", 9)
    assert ask_one_that(httpx.Response(200, content=send())).body == "x" * 10


def test_a_slow_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "READ_SECONDS", -1.0)
    assert ask_one_that(httpx.Response(200, content=iter([b"a", b"b"]))).body == "a"


def test_no_proxy_comes_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with make_client() as client:
        assert client.trust_env is False
