"""The stack, brought up once by Compose under a name and ports of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import httpx
import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("postgres", "mlflow", "prefect", "worker-cpu")
PORTS = {"MLFLOW_PORT": "25000", "PREFECT_PORT": "24200"}
FILES = ["-f", "compose.yaml", "-f", "tests/containers/compose.yaml"]
MEASURED: dict[str, float] = {}


class Stack:
    """A stack: Compose, Docker, and the interfaces of the two servers."""

    def __init__(
        self, project: str, ports: Mapping[str, str], files: Sequence[str], **settings: str
    ) -> None:
        self.project = project
        self.files = files
        self.mlflow = f"http://127.0.0.1:{ports['MLFLOW_PORT']}"
        self.prefect = f"http://127.0.0.1:{ports['PREFECT_PORT']}/api"
        self.environment = {
            **os.environ,
            **ports,
            **settings,
            "COMPOSE_PROJECT_NAME": project,
            "DIOPTRA_MLFLOW_URL": self.mlflow,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PREFECT_API_URL": self.prefect,
        }
        self.docker = docker.from_env()

    @contextmanager
    def running(self, *services: str) -> Iterator["Stack"]:
        """Bring services up, with what they need, on fresh volumes; remove all at the end."""
        self.compose("down", "--volumes", "--remove-orphans")
        try:
            self.compose("up", "--detach", *services)
            yield self
        finally:
            self.compose("down", "--volumes", "--remove-orphans")

    def run(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run a command in the checkout, with the settings of the stack."""
        done = subprocess.run(
            words, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done

    def compose(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return self.run("docker/compose", *self.files, *words, check=check)

    def containers(self, service: str) -> list[Any]:
        labels = [
            f"com.docker.compose.project={self.project}",
            f"com.docker.compose.service={service}",
        ]
        return list(self.docker.containers.list(all=True, filters={"label": labels}))

    def container(self, service: str) -> Any:
        return self.containers(service)[0]

    def memory(self) -> int:
        """Give the bytes that the services hold, counted as ``docker stats`` does."""
        used = [self.container(service).stats(stream=False)["memory_stats"] for service in SERVICES]
        return sum(memory["usage"] - memory["stats"]["inactive_file"] for memory in used)

    def submit(self, project: str, entry_point: str, *options: str) -> str:
        """Submit a run without waiting for it; gives the id of the flow run."""
        done = self.run("dioptra", "submit", project, entry_point, *options)
        return self.find_id(done.stdout)

    @staticmethod
    def find_id(text: str) -> str:
        """Find the first id of a flow run in a text."""
        return next(word for word in text.split() if len(word) == 36 and word.count("-") == 4)

    def flow_run(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"{self.prefect}/flow_runs/{run_id}")
        return found

    def mlflow_runs(self, flow_run_id: str) -> list[dict[str, Any]]:
        """Find the MLflow runs of a flow run, the newest first."""
        experiments = self.post(
            f"{self.mlflow}/api/2.0/mlflow/experiments/search", {"max_results": 100}
        )["experiments"]
        found = self.post(
            f"{self.mlflow}/api/2.0/mlflow/runs/search",
            {
                "experiment_ids": [entry["experiment_id"] for entry in experiments],
                "order_by": ["attributes.start_time DESC"],
                "filter": f"tags.`prefect.flow_run_id` = '{flow_run_id}'",
            },
        )
        return list(found.get("runs", []))

    def wait_for(self, what: Callable[[], Any], seconds: float = 120) -> Any:
        """Wait until something is true, through the outages of servers."""
        end = time.monotonic() + seconds
        outage = ""
        while time.monotonic() < end:
            try:
                if found := what():
                    return found
            except httpx.HTTPError as error:
                outage = f"; the last outage: {error}"
            time.sleep(0.5)
        raise AssertionError(f"not within {seconds} s{outage}")

    def wait_for_state(self, run_id: str, *states: str, seconds: float = 180) -> dict[str, Any]:
        """Wait until a flow run is in one of some states; else tell what it logged."""

        def reached() -> dict[str, Any] | None:
            run = self.flow_run(run_id)
            # Nothing comes after a failure.
            return run if run["state_type"] in {*states, "FAILED"} else None

        try:
            found: dict[str, Any] = self.wait_for(reached, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.describe_run(run_id)}") from error
        assert found["state_type"] in states, self.describe_run(run_id)
        return found

    def describe_run(self, run_id: str) -> str:
        """Give the state of a flow run, and the end of what it logged."""
        state = self.flow_run(run_id)["state"]
        which = {"flow_run_id": {"any_": [run_id]}}
        wanted = {"logs": which, "sort": "TIMESTAMP_DESC", "limit": 20}
        logged = self.post(f"{self.prefect}/logs/filter", wanted)
        lines = [f"{entry['timestamp']} {entry['message']}" for entry in reversed(logged)]
        head = f"{state['type']} since {state['timestamp']}: {state['message']}"
        return "\n".join([head, *lines])

    def wait_for_all(self) -> None:
        for service in SERVICES:
            self.wait_for_health(service)

    def wait_for_health(self, service: str, seconds: float = 90) -> None:
        def healthy() -> bool:
            state = self.container(service).attrs["State"]
            return bool(state["Health"]["Status"] == "healthy")

        self.wait_for(healthy, seconds)

    def get(self, url: str, **parameters: str) -> Any:
        return self._read(httpx.get(url, params=parameters, timeout=20, trust_env=False))

    def post(self, url: str, content: Any) -> Any:
        return self._read(httpx.post(url, json=content, timeout=20, trust_env=False))

    @staticmethod
    def _read(answer: httpx.Response) -> Any:
        if not answer.is_success:
            raise httpx.HTTPError(f"{answer.url} answers {answer.status_code}: {answer.text}")
        return answer.json()


@pytest.fixture(scope="session")
def measured() -> dict[str, float]:
    """Figures by name, which are printed at the end of the tests."""
    return MEASURED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if MEASURED:
        terminalreporter.section("measured")
    for name, value in MEASURED.items():
        terminalreporter.write_line(f"{name}: {value:.4g}")


@pytest.fixture(params=SERVICES)
def image(request: pytest.FixtureRequest) -> str:
    """Each image of the default stack."""
    return str(request.param)


@pytest.fixture(scope="session")
def make_stack() -> type[Stack]:
    """Describes a stack, from its name, its ports, Compose files and settings."""
    return Stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The stack that most tests share, freshly made."""
    stack = Stack("dioptra-test", PORTS, FILES)
    started = time.monotonic()
    with stack.running("worker-cpu"):
        stack.wait_for_all()
        MEASURED["cold up, seconds"] = time.monotonic() - started
        # Before the first run: what it reads of files stays in memory as long as there is room.
        MEASURED["idle memory, GiB"] = stack.memory() / 2**30
        yield stack
