from pathlib import Path
from typing import Any

import pytest
from prefect import flow

from dioptra.entrypoint import load_entry_point
from dioptra.projects import find_packaged_project, name_packaged_project
from dioptra.provenance import locate_project, make_manifest, settle_parameters
from dioptra.provenance.manifest import find_project
from dioptra.reproduction import read_result


@pytest.fixture
def outcome(project: Path) -> dict[str, Any]:
    """What the entry point has returned."""
    result: dict[str, Any] = load_entry_point(project, "measure")(size=3)
    return result


def test_a_run_names_its_entry_point_and_the_parameters_that_make_it_again(
    outcome: dict[str, Any], project: Path
) -> None:
    manifest = read_result(outcome["run_id"])["manifest"]
    assert manifest["entry_point"] == {"project": str(project), "name": "measure"}
    # The seed that was drawn takes the place of -1; a path of this machine does not.
    assert manifest["parameters"] == {"size": "3", "seed": "7", "data_dir": "none"}
    assert "squares/src/measure.py" in manifest["code"]


def test_a_project_in_the_working_directory_is_named_relative_to_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.parent)
    outcome = load_entry_point(project, "measure")()
    manifest = read_result(outcome["run_id"])["manifest"]
    assert manifest["entry_point"]["project"] == "squares"


def test_a_run_within_another_names_no_entry_point(outcome: dict[str, Any]) -> None:
    manifest = read_result(outcome["part"])["manifest"]
    assert manifest["entry_point"] is None
    assert manifest["parameters"] == {}
    assert manifest["environment"]["python"]


def test_outside_of_a_flow_there_is_no_entry_point() -> None:
    manifest = make_manifest()
    assert (manifest["entry_point"], manifest["parameters"]) == (None, {})


def test_a_flow_that_is_not_in_a_project_has_none() -> None:
    @flow
    def lost() -> None:
        """Do nothing."""

    assert find_project(lost) is None


def test_what_the_flow_has_settled_takes_the_place_of_what_was_open_but_for_places() -> None:
    manifest = {"parameters": {"seed": "-1", "data_dir": "none", "eps": "0.1"}, "revision": "1"}
    used = {"used_seed": "7", "used_data_dir": "/data", "used_other": "1", "eps": "0.2"}
    assert settle_parameters(manifest, used) == {
        "parameters": {"seed": "7", "data_dir": "none", "eps": "0.1"},
        "revision": "1",
    }


def test_a_project_of_the_package_is_named_without_its_place() -> None:
    folder = find_packaged_project("dioptra:evasion")
    assert folder is not None
    assert name_packaged_project(folder) == "dioptra:evasion"
    assert locate_project("dioptra:evasion") == folder
