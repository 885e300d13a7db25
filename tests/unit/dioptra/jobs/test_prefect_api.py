from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import PREFECT_API_URL, PREFECT_UI_URL, temporary_settings

from dioptra.jobs.prefect_api import DEFAULT_URL, flow_run_page, prefect_client
from dioptra.sdk.exceptions import ServiceError

RUN = UUID("12345678123456781234567812345678")


@contextmanager
def configured(url: str | None) -> Iterator[None]:
    updates, defaults = ({PREFECT_API_URL: url}, set()) if url else ({}, {PREFECT_API_URL})
    with temporary_settings(updates, restore_defaults=defaults):
        yield


def fail_with(error: Exception) -> NoReturn:
    with configured("http://prefect.example/api"), prefect_client():
        raise error


def answer(status: int, **content: Any) -> httpx.HTTPStatusError:
    request = httpx.Request("POST", "http://prefect.example/api/deployments/")
    response = httpx.Response(status, request=request, **content)
    return httpx.HTTPStatusError("no", request=request, response=response)


def test_the_server_of_the_settings_is_asked(
    client: SyncPrefectClient, prefect_server: str
) -> None:
    assert str(client.api_url).rstrip("/") == prefect_server
    assert client.api_healthcheck() is None


def test_without_a_setting_the_stack_of_this_machine_is_asked() -> None:
    with configured(None):
        with prefect_client() as client:
            assert str(client.api_url).rstrip("/") == DEFAULT_URL
        assert PREFECT_API_URL.value() is None


def test_a_server_that_is_not_there_is_one_line_that_says_what_to_do() -> None:
    url = "http://127.0.0.1:9/api"
    with (
        configured(url),
        pytest.raises(ServiceError, match=f"no Prefect server answers at {url}; .* make up "),
        prefect_client() as client,
    ):
        client.read_work_pools()


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_log_in_names_the_variable_to_set(status: int) -> None:
    with pytest.raises(ServiceError, match="refuses the log-in; set PREFECT_API_AUTH_STRING"):
        fail_with(answer(status))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"json": {"detail": "eps is too large"}}, "eps is too large"),
        ({"json": ["eps"]}, "['eps']"),
        ({"text": "out of order"}, "out of order"),
        ({}, "Unprocessable Entity"),
    ],
)
def test_a_refusal_gives_the_reason_of_the_server(content: dict[str, object], reason: str) -> None:
    with pytest.raises(ServiceError) as caught:
        fail_with(answer(422, **content))
    assert str(caught.value) == (
        "the Prefect server at http://prefect.example/api answers 422 to POST /api/deployments/: "
        + reason
    )


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("http://prefect.example/api", f"http://prefect.example/runs/flow-run/{RUN}"),
        (None, f"http://127.0.0.1:4200/runs/flow-run/{RUN}"),
    ],
)
def test_a_run_has_a_page_beside_the_api(url: str | None, page: str) -> None:
    with configured(url):
        assert flow_run_page(RUN) == page


def test_the_settings_may_name_the_pages() -> None:
    with temporary_settings({PREFECT_UI_URL: "http://pages.example"}):
        assert flow_run_page(RUN) == f"http://pages.example/runs/flow-run/{RUN}"


def test_the_log_in_of_the_settings_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.settings import PREFECT_API_AUTH_STRING

    seen: list[str] = []
    send = httpx.Client.send

    def record(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        seen.append(request.headers.get("Authorization", ""))
        return send(self, request, **options)

    monkeypatch.setattr(httpx.Client, "send", record)
    with (
        configured("http://127.0.0.1:9/api"),
        temporary_settings({PREFECT_API_AUTH_STRING: "ada:secret"}),
        pytest.raises(ServiceError),
        prefect_client() as client,
    ):
        client.read_work_pools()
    assert seen[0].startswith("Basic ")
