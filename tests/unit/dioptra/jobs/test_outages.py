import httpx
import pytest

from dioptra.jobs.outages import patiently

REQUEST = httpx.Request("GET", "http://server.example")


def refuse(status: int) -> httpx.HTTPStatusError:
    response = httpx.Response(status, request=REQUEST)
    return httpx.HTTPStatusError(str(status), request=REQUEST, response=response)


class Server:
    """Fails with each of some errors in turn, and answers then."""

    def __init__(self, *errors: httpx.HTTPError) -> None:
        self.errors = list(errors)

    def ask(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("down"), httpx.ReadTimeout("slow"), refuse(500), refuse(503)]
)
def test_a_server_that_is_out_is_asked_again(error: httpx.HTTPError) -> None:
    assert patiently(Server(error, error).ask, pause=0) == "answer"


def test_a_refusal_comes_out_at_once() -> None:
    server = Server(refuse(404), refuse(404))
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        patiently(server.ask, pause=0)
    assert len(server.errors) == 1


def test_patience_has_an_end() -> None:
    server = Server(httpx.ConnectError("first"), httpx.ConnectError("second"))
    with pytest.raises(httpx.ConnectError, match="first"):
        patiently(server.ask, patience=0, pause=0)
