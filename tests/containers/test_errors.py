"""What a stranger reads where the stack is given something that cannot work."""

import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import docker
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def client() -> Any:
    return docker.from_env()


def fail(client: Any, image: str, command: list[str], **options: Any) -> str:
    """Run a container that must not end well; gives the last line that it says."""
    with pytest.raises(docker.errors.ContainerError) as caught:
        client.containers.run(f"dioptra/{image}:dev", command, remove=True, **options)
    return str(caught.value.stderr.decode().strip().splitlines()[-1])


def test_a_database_without_a_password_says_which_setting_is_missing(client: Any) -> None:
    said = fail(client, "postgres", ["postgres"])
    assert said == "postgres: POSTGRES_PASSWORD is not set; set it, or POSTGRES_PASSWORD_FILE"


def test_a_volume_of_another_release_of_postgresql_says_what_to_do(client: Any) -> None:
    volume = client.volumes.create()
    mounts = {volume.name: {"bind": "/var/lib/postgresql/data", "mode": "rw"}}
    try:
        client.containers.run(
            "dioptra/postgres:dev",
            ["-c", "echo 13 > $PGDATA/PG_VERSION"],
            entrypoint="bash",
            volumes=mounts,
            remove=True,
        )
        said = fail(client, "postgres", ["postgres"], volumes=mounts)
    finally:
        volume.remove()
    assert "the volume was made by PostgreSQL 13, and this is 15" in said
    assert "POSTGRES_IMAGE in .env" in said


def test_a_secret_that_is_not_there_names_its_file(client: Any) -> None:
    said = fail(client, "mlflow", ["true"], environment={"TOKEN_FILE": "/secrets/mlflow/token"})
    assert "TOKEN_FILE names /secrets/mlflow/token, which cannot be read" in said


def test_a_flow_with_a_syntax_error_is_named_with_its_line(client: Any, tmp_path: Path) -> None:
    source = tmp_path / "broken" / "src"
    source.mkdir(parents=True)
    (source / "broken.py").write_text("from prefect import flow\n\n@flow\ndef broken(:\n")
    tmp_path.chmod(0o755)
    said = fail(
        client,
        "worker-cpu",
        ["dioptra", "deploy", "/projects"],
        volumes={str(tmp_path): {"bind": "/projects", "mode": "ro"}},
        environment={"PREFECT_API_URL": "http://127.0.0.1:9/api", "PREFECT_HOME": "/tmp/prefect"},
    )
    assert said.startswith("error: ")
    assert "broken.py" in said
    assert "4" in said


def test_a_data_volume_that_is_full_says_what_to_do(client: Any) -> None:
    said = fail(
        client,
        "worker-cpu",
        ["prepare-data"],
        tmpfs={"/workspace/data": "size=1m,uid=10001"},
        network_mode="none",
    )
    assert said == (
        "error: cannot write the data set to '/workspace/data/digits': No space left on device; "
        "make room there, or name another folder, and start again"
    )


def test_a_changed_password_of_the_administrator_says_what_to_do(stack: Any) -> None:
    _, before = stack.container("postgres").exec_run(["cat", "/secrets/postgres/password"])
    draw = ("up", "--no-deps", "--exit-code-from", "secrets", "secrets")
    make = ("up", "--no-deps", "--exit-code-from", "databases", "databases")
    try:
        stack.environment["POSTGRES_PASSWORD"] = "another"
        stack.compose(*draw)
        done = stack.compose(*make, check=False)
    finally:
        stack.environment["POSTGRES_PASSWORD"] = before.decode()
        stack.compose(*draw)
        stack.compose(*make)
        del stack.environment["POSTGRES_PASSWORD"]
        # A container without the password among its settings, as other tests ask for.
        stack.compose(*draw)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "PostgreSQL refuses the administrator's password" in said
    assert "docker compose down -v" in said


def test_a_port_that_is_taken_is_named_with_its_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            ["docker/up"],
            cwd=ROOT,
            env={**os.environ, "COMPOSE_PROJECT_NAME": "dioptra-ports", "MLFLOW_PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"make up: port {port} is taken by another program; set MLFLOW_PORT in .env to a free one\n"
    )
