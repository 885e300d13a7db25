import platform
from importlib.metadata import version
from pathlib import Path

import pytest

from dioptra import __version__
from dioptra.provenance import environment
from dioptra.provenance.environment import describe_environment, list_versions


def test_the_interpreter_and_the_libraries_are_named() -> None:
    found = describe_environment()
    assert found["python"] == platform.python_version()
    assert found["libraries"]["numpy"] == version("numpy")
    assert found["cores"] >= 1
    assert found["image"] is None


def test_an_image_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIOPTRA_IMAGE_DIGEST", "sha256:12")
    assert describe_environment()["image"] == "sha256:12"


def test_the_processor_is_the_one_that_the_system_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "CPU_INFO", tmp_path / "cpuinfo")
    assert describe_environment()["processor"] == platform.processor()
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Some Chip\n")
    assert describe_environment()["processor"] == "Some Chip"


def test_the_versions_of_what_matters_most_are_listed() -> None:
    versions = list_versions()
    assert versions["dioptra"] == __version__
    assert {"python", "keras", "mlflow", "numpy", "prefect", "tensorflow"} <= set(versions)
