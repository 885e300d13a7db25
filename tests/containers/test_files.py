"""The files of the stack, as their linters see them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
COMPOSE = ["compose.yaml", "compose.auth.yaml"]


def run(*words: str | Path) -> None:
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dockerfile_is_clean() -> None:
    run(BIN / "hadolint", "--config", "docker/hadolint.yaml", "docker/Dockerfile")


@pytest.mark.parametrize("files", [COMPOSE[:1], COMPOSE])
def test_the_compose_files_fit_the_schema(files: list[str]) -> None:
    # Compose holds what it reads against the schema of its specification.
    run("docker", "compose", *(f"--file={name}" for name in files), "config", "--quiet")


def test_the_yaml_files_are_clean() -> None:
    run(BIN / "yamllint", "--strict", "-c", "docker/yamllint.yaml", *COMPOSE, "tests/containers")


@pytest.mark.parametrize("name", ["docker/with-secrets", "docker/install", "docker/prepare-data"])
def test_a_script_of_an_image_is_of_the_plain_shell(name: str) -> None:
    run("sh", "-n", name)


def test_every_setting_of_the_compose_file_is_explained() -> None:
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    named = set(re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used == named


def test_no_secret_has_a_known_default() -> None:
    text = (ROOT / "compose.yaml").read_text()
    defaults = dict(re.findall(r"\$\{(\w*(?:PASSWORD|KEY|KEY_ID|URL)):-([^}]*)\}", text))
    assert set(defaults.values()) <= {""}


def test_services_name_no_image_without_a_build() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert all("build" in service for service in services.values())


def test_a_bill_of_materials_is_valid_and_lists_both_kinds_of_packages() -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    run(sys.executable, "docker/sbom", "dioptra/prefect:dev")
    text = (ROOT / "docker" / "_build" / "sbom" / "prefect.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert '"pkg:pypi/prefect@' in text
    assert '"pkg:deb/debian/libc6@' in text
