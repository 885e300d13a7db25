import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NoReturn
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)

from dioptra.entrypoint import server
from dioptra.entrypoint.database import find_template
from dioptra.entrypoint.server import ServerError, embedded_server
from dioptra.sdk.exceptions import DioptraError

# Answers 503 to the first request, and then with facts of its process.
APPLICATION = """
import json
import os

requests = []


def make():
    async def application(scope, receive, send):
        if scope["type"] != "http":
            raise NotImplementedError
        requests.append(scope["path"])
        facts = {"pid": os.getpid(), "env": dict(os.environ), "requests": requests}
        status = 503 if len(requests) == 1 else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(facts).encode()})

    return application
"""


@pytest.fixture(autouse=True)
def no_other_server(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No server in the settings, and a home for a new one's files."""
    monkeypatch.setenv("PREFECT_HOME", str(workspace / "prefect"))
    # That of the tests' own server, which starts with the first test that asks for it.
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        assert PREFECT_API_URL.value() is None
        yield


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replaces Prefect's application by that of a file, which a test may change."""
    module = tmp_path / "tiny_application.py"
    module.write_text(APPLICATION)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(server, "APPLICATION", "tiny_application:make")
    return module


def ask(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def is_open(url: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) == 0


def start() -> str:
    with embedded_server():
        return str(PREFECT_API_URL.value())


def fail_inside(urls: list[str]) -> NoReturn:
    with embedded_server():
        urls.append(str(PREFECT_API_URL.value()))
        raise KeyboardInterrupt


@pytest.mark.usefixtures("tiny")
def test_flow_runs_on_it_send_no_heartbeats() -> None:
    before = PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value()
    with embedded_server():
        assert PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() is None
    assert PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() == before


def test_a_standing_server_keeps_getting_heartbeats() -> None:
    settings = {PREFECT_API_URL: "http://127.0.0.1:9/api", PREFECT_FLOWS_HEARTBEAT_FREQUENCY: 30}
    with temporary_settings(settings), embedded_server():
        assert PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() == 30


def test_a_real_server_lives_as_long_as_the_block(workspace: Path) -> None:
    children = set(psutil.Process().children())
    with embedded_server():
        url = PREFECT_API_URL.value()
        assert url is not None
        assert urlsplit(url).hostname == "127.0.0.1"
        assert ask(f"{url}/health").json() is True
        assert ask(f"{url}/admin/version").text
        assert set(psutil.Process().children()) - children
    assert PREFECT_API_URL.value() is None
    assert not is_open(url)
    assert set(psutil.Process().children()) <= children
    assert (workspace / "prefect").is_dir()


def test_a_server_that_the_user_names_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> NoReturn:
        raise AssertionError("a server was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with temporary_settings({PREFECT_API_URL: "http://prefect.example:4200/api"}):
        assert start() == "http://prefect.example:4200/api"


@pytest.mark.usefixtures("tiny")
def test_a_server_is_waited_for_until_it_is_well() -> None:
    with embedded_server():
        url = PREFECT_API_URL.value()
        assert ask(f"{url}/x").json()["requests"] == ["/api/health", "/api/health", "/api/x"]


@pytest.mark.usefixtures("tiny")
def test_a_server_is_out_of_the_reach_of_the_terminals_interrupts() -> None:
    with embedded_server():
        pid = ask(str(PREFECT_API_URL.value())).json()["pid"]
        assert os.getsid(pid) == pid
        assert os.getsid(pid) != os.getsid(0)
    assert not psutil.pid_exists(pid)


def test_a_server_holds_its_port_before_it_can_answer(tiny: Path) -> None:
    tiny.write_text("import time\ntime.sleep(60)\n")
    command = [sys.executable, "-m", "dioptra.entrypoint.server_process", server.APPLICATION]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert is_open(process.stdout.readline())
        process.kill()


def test_a_server_sends_the_parts_of_an_answer_at_once() -> None:
    # Whatever it accepts takes over this option, and an answer has two parts.
    code = """
        import socket, sys, uvicorn
        from dioptra.entrypoint import server_process

        def tell(_server, sockets):
            sys.exit(f"{sockets[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)}")

        uvicorn.Server.run = tell
        server_process.end_with_the_parent = lambda: None
        server_process.main("no_such_module:make")
    """
    words = [sys.executable, "-c", dedent(code)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "1"


@pytest.mark.usefixtures("tiny")
def test_a_server_does_not_outlive_a_process_that_was_killed() -> None:
    code = """
        from dioptra.entrypoint import server
        from prefect.settings import PREFECT_API_URL

        server.APPLICATION = "tiny_application:make"
        with server.embedded_server():
            print(PREFECT_API_URL.value(), flush=True)
            input()
    """
    words = [sys.executable, "-c", dedent(code)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        server_process = psutil.Process(ask(f"{url}/x").json()["pid"])
        process.kill()
    server_process.wait(10)


@pytest.mark.usefixtures("tiny")
def test_a_server_has_no_pages_and_keeps_the_users_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DIOPTRA_TEST", "kept")
    with embedded_server():
        env = ask(str(PREFECT_API_URL.value())).json()["env"]
    assert env["DIOPTRA_TEST"] == "kept"
    assert env["PREFECT_SERVER_UI_ENABLED"] == "false"
    assert env["PREFECT__SERVER_EPHEMERAL"] == "1"


@pytest.mark.usefixtures("tiny")
def test_a_server_ends_where_the_block_is_interrupted() -> None:
    urls: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        fail_inside(urls)
    assert not is_open(urls[0])
    assert PREFECT_API_URL.value() is None


@pytest.mark.usefixtures("tiny")
def test_servers_one_after_the_other_are_each_their_own() -> None:
    assert start().startswith("http://127.0.0.1:")
    with embedded_server():
        assert ask(str(PREFECT_API_URL.value())).is_success


def test_a_process_that_had_two_servers_is_not_kept_by_events_for_the_first() -> None:
    code = """
        from dioptra.entrypoint.server import embedded_server
        from prefect import flow, task

        @task
        def step(): ...

        @flow
        def steps():
            for _ in range(20):
                step()
            return "done"

        for _ in range(2):
            with embedded_server():
                print(steps())
        """
    words = [sys.executable, "-c", dedent(code)]
    # It takes ten seconds, or a minute and more where events are left.
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout == "done\ndone\n"


def test_a_server_that_cannot_start_says_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "APPLICATION", "dioptra.no_such_module:create_app")
    with pytest.raises(
        ServerError, match=r"^the embedded Prefect server did not start: .*no_such_module"
    ) as caught:
        start()
    assert isinstance(caught.value, DioptraError)
    assert PREFECT_API_URL.value() is None


def test_a_server_whose_application_fails_says_why(tiny: Path) -> None:
    tiny.write_text(
        dedent("""
        def make():
            async def application(scope, receive, send):
                words = "Traceback:\\n  ...\\nsome.OddError: the disk is full\\n[and more]\\n"
                await receive()
                await send({"type": "lifespan.startup.failed", "message": words})

            return application
        """)
    )
    with pytest.raises(ServerError, match=r"did not start: some\.OddError: the disk is full$"):
        start()


def test_a_server_that_ends_without_a_word_gives_no_reason(tiny: Path) -> None:
    tiny.write_text("import os\nos._exit(3)\n")
    with pytest.raises(ServerError, match=r"did not start: no reason$"):
        start()


def test_a_server_that_is_too_slow_is_ended(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(server, "SERVER_START_SECONDS", 0)
    children = set(psutil.Process().children())
    with pytest.raises(ServerError, match=r"did not start within 0 s$"):
        start()
    assert set(psutil.Process().children()) <= children


def test_what_is_printed_before_the_server_starts_is_passed_over(tiny: Path) -> None:
    # As Python starts, it imports this module.
    tiny.with_name("sitecustomize.py").write_text("print('Welcome!', flush=True)\n")
    with embedded_server():
        assert ask(str(PREFECT_API_URL.value())).is_success


def test_a_server_that_says_nothing_is_not_waited_for_without_end(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.with_name("sitecustomize.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(server, "SERVER_START_SECONDS", 0.5)
    with pytest.raises(ServerError, match=r"did not start within 0.5 s$"):
        start()


@pytest.mark.usefixtures("tiny")
def test_a_new_home_gets_the_database_that_the_environment_keeps(workspace: Path) -> None:
    with embedded_server():
        assert find_template().exists(), "make setup makes it"
        assert (workspace / "prefect/prefect.db").read_bytes() == find_template().read_bytes()


@pytest.mark.usefixtures("tiny")
def test_threads_without_settings_of_their_own_find_the_server() -> None:
    found: list[str | None] = []
    with embedded_server():
        thread = threading.Thread(target=lambda: found.append(PREFECT_API_URL.value()))
        thread.start()
        thread.join()
        assert found == [PREFECT_API_URL.value()]
    assert "PREFECT_API_URL" not in os.environ


def test_servers_of_a_new_home_do_not_contend_for_its_types_of_blocks(workspace: Path) -> None:
    with embedded_server():
        found = httpx.post(f"{PREFECT_API_URL.value()}/block_types/filter", trust_env=False)
    assert (found.status_code, found.json()) == (200, [])
    # Another server of this home finds no note that they are there.
    assert not (workspace / "prefect" / "memo_store.toml").exists()


def test_a_block_can_be_saved_on_a_new_server() -> None:
    from prefect.blocks.system import Secret

    with embedded_server():
        Secret(value="told to none").save("word")
        assert Secret.load("word").get() == "told to none"
