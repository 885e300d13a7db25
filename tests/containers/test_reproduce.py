"""A result of the host, made again in the worker's image."""

import os
import subprocess
import sys
from pathlib import Path

import docker
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = "examples/tensorflow-mnist-classifier"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of a demo on the digits."""
    workspace = tmp_path_factory.mktemp("host")
    command = Path(sys.executable).parent / "dioptra"
    environment = {**os.environ, "DIOPTRA_WORKSPACE": str(workspace)}
    words = ["run", EXAMPLE, "demo", "-P", "dataset=digits", "-P", "eps=0.1"]
    subprocess.run([command, *words], cwd=ROOT, env=environment, check=True, capture_output=True)
    return workspace / "results" / "demo"


def reproduce(recorded: Path) -> tuple[int, str]:
    """Make it again in a container without network; gives the status and what it printed."""
    container = docker.from_env().containers.run(
        "dioptra/worker-cpu:dev",
        ["dioptra", "reproduce", "/recorded", "--project", f"/opt/dioptra/{EXAMPLE}"],
        detach=True,
        network_mode="none",
        volumes={str(recorded): {"bind": "/recorded", "mode": "ro"}},
    )
    try:
        status = container.wait(timeout=600)["StatusCode"]
        return status, container.logs().decode()
    finally:
        container.remove(force=True)


def test_the_image_makes_the_same_weights_and_images_as_the_host(recorded: Path) -> None:
    status, output = reproduce(recorded)
    assert status == 0, output
    assert "\nPASS  " in output
    # The code in the image is that of the checkout, and its libraries are of the same versions.
    assert "manifest.code" not in output
    assert "manifest.environment.libraries.numpy" not in output
