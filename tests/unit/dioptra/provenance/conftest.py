"""A project whose entry points leave results."""

from collections.abc import Callable
from pathlib import Path

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
