"""Projects as a user writes them, and one Prefect server for all flows that run."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

MEASURE = """
    from pathlib import Path
    from dioptra import pyplugs
    from prefect import flow

    @flow
    def measure(size: int = 2, seed: int = -1, data_dir: Path | None = None):
        with pyplugs.call(
            "dioptra_builtins.tracking", "mlflow", "start_run", experiment_name="e", run_name="r"
        ) as run:
            used = {"size": size, "seed": seed, "used_seed": 7, "used_data_dir": "/data"}
            pyplugs.call(
                "dioptra_builtins.tracking", "mlflow", "log_parameters", parameters=used
            )
            pyplugs.call(
                "dioptra_builtins.tracking", "mlflow", "log_metrics", metrics={"area": size**2}
            )
            with pyplugs.call(
                "dioptra_builtins.tracking", "mlflow", "start_run", experiment_name="e",
                run_name="part",
            ) as part:
                pass
        return {"run_id": run.info.run_id, "part": part.info.run_id}
"""


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect server that the settings name, so that no flow starts one of its own; its address.

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
            yield PREFECT_API_URL.value()
            # Before the server ends, as it could not be reached afterwards.
            EventsWorker.drain_all(timeout=10)


@pytest.fixture
def own_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forgets the modules that a test has written, and their folders on the import path."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.fixture
def write_project(tmp_path: Path) -> Callable[..., Path]:
    """Writes a project folder from the texts of the files in its folder ``src``."""

    def write(name: str = "project", **texts: str) -> Path:
        source = tmp_path / name / "src"
        source.mkdir(parents=True)
        for stem, text in texts.items():
            (source / f"{stem}.py").write_text(dedent(text), encoding="utf-8")
        return source.parent

    return write


@pytest.fixture(scope="session")
def store_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tracking store that the tests share: to make one takes a second or two."""
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'mlflow.db'}"


@pytest.fixture
def project(
    write_project: Callable[..., Path],
    own_modules: None,  # noqa: ARG001 - it forgets the project's
    prefect_server: str,  # noqa: ARG001 - the project's flow runs on it
    store_uri: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A project folder with an entry point that measures the area of a square."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store_uri)
    return write_project("squares", measure=MEASURE)
