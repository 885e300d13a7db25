# SPDX-License-Identifier: Apache-2.0
"""The embedded Prefect server of a command, for workspaces without a standing one."""

import os
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dioptra.sdk.environment import SERVER_START_SECONDS
from dioptra.sdk.exceptions import DioptraError

END_SECONDS = 5
POLL_SECONDS = 0.05
VARIABLE = "PREFECT_API_URL"
APPLICATION = "prefect.server.api.server:create_app"
SETTINGS = {
    # As Prefect's own temporary server: no pages, and no services that look after deployments.
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT_SERVER_UI_ENABLED": "false",
    # The first server with a database would put fifty types of blocks into it, for two seconds; of
    # two at a time, one would fail. A block that is saved registers its own type.
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    # Else it would note down that it has, and no later server of this home would.
    "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
    # Into a file, in which the reason is looked for where it does not start.
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
}
# How the last line of a traceback begins.
EXCEPTION = re.compile(r"[\w.]*(Error|Exception)(:|$)")


class ServerError(DioptraError, RuntimeError):
    """The embedded server did not start."""


@contextmanager
def embedded_server() -> Iterator[None]:
    """Run a Prefect server for a ``with`` block, where the settings name no other.

    Prefect would start one by itself. This one starts sooner, as the process need not import the
    server; and an interrupt from the terminal ends the run alone, not the server under it.

    Raises:
        ServerError: It did not start; the message has the reason, as far as it said one.
    """
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():
        yield
        return
    command = [sys.executable, "-m", "dioptra.entrypoint.server_process", APPLICATION]
    with TemporaryDirectory(prefix="dioptra-") as folder:
        # A file and not a pipe: nobody reads it while the flow runs, and a full pipe would block.
        log = Path(folder, "server.log")
        with log.open("wb") as words:
            server = subprocess.Popen(  # noqa: S603 - the command is this module's own
                command,
                env={**os.environ, **SETTINGS},
                # Open for as long as this process lives.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # A line is read as soon as it is there, and no more than that.
                bufsize=0,
                stderr=words,
                start_new_session=True,
            )
        try:
            url = _wait(server, log)
            with _named_in_settings(url):
                try:
                    yield
                finally:
                    _send_events()
        finally:
            _end(server)


@contextmanager
def _named_in_settings(url: str) -> Iterator[None]:
    from prefect.context import refresh_global_settings_context
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    # Threads of Prefect's task runners know the settings of the environment alone; without this,
    # they would start a server of their own.
    os.environ[VARIABLE] = url
    refresh_global_settings_context()
    try:
        # Nobody listens for heartbeats here, and each flow run, nested ones too, would wait up to a
        # second for the thread that sends them.
        with temporary_settings({PREFECT_API_URL: url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            yield
    finally:
        os.environ.pop(VARIABLE, None)
        refresh_global_settings_context()


def _send_events() -> None:
    from prefect.events.worker import EventsWorker

    # Else the thread that sends them would look for this server when the process ends, for many
    # seconds for each event that is left, and send it the events of the flows of a later one.
    EventsWorker.drain_all(timeout=END_SECONDS)


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        # It would wait for connections that clients in this process keep open.
        server.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    for pipe in (server.stdin, server.stdout):
        if pipe is not None:
            pipe.close()


def _read_url(server: "subprocess.Popen[bytes]", deadline: float) -> str:
    with selectors.DefaultSelector() as selector:
        selector.register(server.stdout, selectors.EVENT_READ)  # type: ignore[arg-type]
        while selector.select(max(0, deadline - time.monotonic())):
            line = server.stdout.readline().decode(errors="replace")  # type: ignore[union-attr]
            # Whatever starts with the interpreter may have had something to say before.
            if line.startswith("http://") or not line:
                return line.strip()
    return ""


def _find_reason(log: Path) -> str:
    words = log.read_text(errors="replace").strip().splitlines() or ["no reason"]
    # The server's last line only says that it ends.
    return next((line for line in reversed(words) if EXCEPTION.match(line)), words[-1])


def _wait(server: "subprocess.Popen[bytes]", log: Path) -> str:
    import httpx

    deadline = time.monotonic() + SERVER_START_SECONDS
    # It says where it listens before it is ready; a request waits until it is.
    url = _read_url(server, deadline) + "/api"
    # One client for all requests: each new one reads the certificates of the machine, which would
    # keep half a core from the server that is to start.
    with httpx.Client(trust_env=False, timeout=SERVER_START_SECONDS) as client:
        while time.monotonic() < deadline:
            if server.poll() is not None:
                raise ServerError(f"the embedded Prefect server did not start: {_find_reason(log)}")
            try:
                if client.get(f"{url}/health").is_success:
                    return url
            except httpx.HTTPError:
                pass
            time.sleep(POLL_SECONDS)
    raise ServerError(f"the embedded Prefect server did not start within {SERVER_START_SECONDS} s")
