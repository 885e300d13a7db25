"""A workspace with the bundled digits and a model trained on them, made once by the command."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "tensorflow-mnist-classifier"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Workspace:
    """A folder in which entry points run, each in a process of its own."""

    folder: Path
    server: str

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "DIOPTRA" not in name}
        kept.pop("MLFLOW_TRACKING_URI", None)
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        settings = {"DIOPTRA_WORKSPACE": str(self.folder), "PREFECT_API_URL": self.server}
        return {**kept, **settings, "PATH": path}

    def run(self, *words: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(word) for word in words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            **options,
        )

    def succeed(self, *words: str | Path) -> dict[str, str]:
        """Run an entry point and give what it returned, by the lines that it printed."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return parse(done.stdout.splitlines())

    def dioptra(
        self, entry_point: str, parameters: Mapping[str, object]
    ) -> "subprocess.CompletedProcess[str]":
        options = [word for item in parameters.items() for word in ("-P", "{}={}".format(*item))]
        return self.run("dioptra", "run", EXAMPLE, entry_point, *options)

    @property
    def runs(self) -> Any:
        """MLflow's client for the store of this workspace."""
        from mlflow.tracking import MlflowClient

        return MlflowClient(f"sqlite:///{self.folder / 'mlflow.db'}")


def parse(lines: Sequence[str]) -> dict[str, str]:
    pairs = (line.split(maxsplit=1) for line in lines)
    return {pair[0]: pair[1].strip('"') for pair in pairs if len(pair) == 2}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Prefect server for all, as each takes seconds to start; gives its address."""
    from prefect.settings import PREFECT_API_URL

    from dioptra.entrypoint.server import embedded_server

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        with embedded_server():
            yield PREFECT_API_URL.value()


@pytest.fixture(scope="session")
def make_workspace(
    tmp_path_factory: pytest.TempPathFactory, server: str
) -> Callable[[str], Workspace]:
    """Makes an empty workspace from its name."""
    return lambda name: Workspace(tmp_path_factory.mktemp(name), server)


@pytest.fixture(scope="session")
def example(make_workspace: Callable[[str], Workspace]) -> Workspace:
    """A workspace with ``data/mnist``, which holds the bundled digits, and le_net trained on it."""
    workspace = make_workspace("example")
    made = workspace.run("dioptra", "data", "digits", "data/mnist")
    assert made.returncode == 0, made.stderr
    trained = workspace.dioptra("train", {"epochs": 5, "seed": 1})
    assert trained.returncode == 0, trained.stderr
    return workspace
