import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from dioptra.doctor.disk import GIB, check_disk, docker_folder
from dioptra.doctor.finding import Finding, Status


@pytest.mark.parametrize(
    ("free", "status", "text"),
    [
        (15.0, Status.OK, "15.0 GiB free in /data"),
        (14.9, Status.WARN, "14.9 GiB free in /data, less than 15"),
        (5.0, Status.WARN, "5.0 GiB free in /data, less than 15"),
        (4.9, Status.FAIL, "4.9 GiB free in /data, less than 5"),
    ],
)
def test_space_is_enough_or_scarce_or_too_little(
    monkeypatch: pytest.MonkeyPatch, free: float, status: Status, text: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free * GIB))
    remedy = "" if status is Status.OK else "make space"
    assert check_disk("disk", Path("/data"), "make space") == Finding("disk", status, text, remedy)


def test_a_folder_that_is_missing_is_a_warning(tmp_path: Path) -> None:
    finding = check_disk("disk", tmp_path / "none", "make space")
    assert finding.status is Status.WARN
    assert "No such file or directory" in finding.text


def test_docker_keeps_its_data_where_its_engine_says(tmp_path: Path) -> None:
    assert docker_folder(str(tmp_path)) == tmp_path


@pytest.mark.parametrize("root", ["", "/nowhere/at/all"])
def test_the_root_stands_in_for_a_folder_of_docker_that_is_not_seen(root: str) -> None:
    assert docker_folder(root) == Path("/")
