"""What every image promises, asked of Docker and of a container of it."""

from typing import Any

import docker
import pytest

from dioptra import __version__

BASE = "debian:bookworm-slim"
MEGABYTE = 1_000_000
# On top of the base image.
LARGEST = {"postgres": 350, "mlflow": 900, "prefect": 300, "worker-cpu": 1450}
TOOLS = ("pip", "pip3", "uv", "gcc", "cc", "c++", "make", "curl", "wget", "sudo")


@pytest.fixture(scope="module")
def client() -> Any:
    return docker.from_env()


def look(client: Any, image: str) -> dict[str, Any]:
    attributes: dict[str, Any] = client.images.get(f"dioptra/{image}:dev").attrs
    return attributes


def run(client: Any, image: str, script: str, **options: Any) -> str:
    output: bytes = client.containers.run(
        f"dioptra/{image}:dev", ["-c", script], entrypoint="sh", remove=True, **options
    )
    return output.decode()


def test_an_image_is_no_larger_than_promised(client: Any, image: str) -> None:
    added = look(client, image)["Size"] - client.images.get(BASE).attrs["Size"]
    assert added <= LARGEST[image] * MEGABYTE


def test_nobody_is_root(client: Any, image: str) -> None:
    assert look(client, image)["Config"]["User"].partition(":")[0].isdigit()
    assert int(run(client, image, "id -u")) >= 999


def test_there_is_neither_compiler_nor_installer(client: Any, image: str) -> None:
    found = run(client, image, f"for tool in {' '.join(TOOLS)}; do command -v $tool; done; true")
    assert found == ""


def test_no_file_gives_the_rights_of_another_user_without_capabilities(
    client: Any, image: str
) -> None:
    status = run(
        client,
        image,
        "cat /proc/self/status",
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
    )
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert int(facts["CapEff"], 16) == 0
    assert facts["NoNewPrivs"] == "1"


def test_labels_say_what_it_is_and_of_which_revision(client: Any, image: str) -> None:
    labels = look(client, image)["Config"]["Labels"]
    prefix = "org.opencontainers.image."
    assert labels[f"{prefix}version"] == __version__
    assert labels[f"{prefix}licenses"] == "Apache-2.0"
    assert len(labels[f"{prefix}revision"]) == 40
    assert labels[f"{prefix}source"]


def test_neither_settings_nor_layers_hold_a_secret(client: Any, image: str) -> None:
    settings = " ".join(look(client, image)["Config"]["Env"])
    steps = " ".join(
        step["CreatedBy"] for step in client.images.get(f"dioptra/{image}:dev").history()
    )
    for text in (settings, steps):
        assert "PASSWORD=" not in text
        assert "BEGIN CERTIFICATE" not in text
    assert run(client, image, "ls -A /run/secrets /secrets 2>/dev/null | grep -v : || true") in (
        "",
        "\nclients\ndatabases\nmlflow\npostgres\nprefect\n",
        "clients\ndatabases\nmlflow\npostgres\nprefect\n",
    )


def test_the_worker_carries_a_copy_of_the_project_for_use_without_mounts(client: Any) -> None:
    listed = run(
        client, "worker-cpu", "dioptra plugins list dioptra_builtins.attacks", read_only=True
    )
    assert "create_adversarial_fgm_dataset" in listed


def test_the_older_python_of_the_worker_unpacks_tarballs_and_refuses_hostile_ones(
    client: Any,
) -> None:
    code = """
import io, tarfile
from dioptra import pyplugs
for name in ("folder/file", "../file"):
    with tarfile.open("/tmp/a.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    try:
        pyplugs.call("dioptra_builtins.artifacts", "utils", "extract_tarfile", "/tmp/a.tar.gz")
        print(open("folder/file").name)
    except Exception as error:
        print(type(error).__name__)
"""
    said = run(client, "worker-cpu", f"cd /scratch && python -c '{code}'")
    assert said.split() == ["folder/file", "UnsafeArchiveError"]


def test_the_worker_has_the_versions_of_the_lock(client: Any) -> None:
    versions = run(
        client,
        "worker-cpu",
        "python -c 'from importlib.metadata import version as v; "
        'print(v("mlflow"), v("prefect"), v("keras"), v("numpy"))\'',
    ).split()
    from importlib.metadata import version

    assert versions == [version(name) for name in ("mlflow", "prefect", "keras", "numpy")]
