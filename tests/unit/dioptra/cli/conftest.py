"""Projects as a user writes them, the command, and one Prefect server for all flows that run."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from dioptra.cli import main


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect server that the settings name, so that no flow starts one of its own.

    Prefect's own harness would bring the server's code into this process, and with it warnings.
    """
    from prefect.events.worker import EventsWorker
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        temporary_settings,
    )

    from dioptra.entrypoint.server import embedded_server

    # The end of a flow would wait for its next heartbeat, up to a second.
    settings = temporary_settings(
        {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}, restore_defaults={PREFECT_API_URL}
    )
    with pytest.MonkeyPatch.context() as patch, settings:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        with embedded_server():
            patch.undo()
            yield
            # Before the server ends, as it could not be reached afterwards.
            EventsWorker.drain_all(timeout=10)


@pytest.fixture(autouse=True)
def own_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forgets the modules that a test has written, and their folders on the import path."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def write_files(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Writes files from their texts by their path below the test's folder, which it returns."""

    def write(texts: dict[str, str]) -> Path:
        for name, text in texts.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def run_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[object, str, str]]:
    """Runs the command; gives its exit status and what it wrote to its two streams."""
    # Wide enough for what is written to stay on one line.
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: object) -> tuple[object, str, str]:
        status: object = 0
        try:
            main([str(word) for word in words])
        except SystemExit as error:
            status = error.code
        out, err = capsys.readouterr()
        return status, out, err

    return run
