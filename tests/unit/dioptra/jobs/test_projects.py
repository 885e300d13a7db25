from collections.abc import Callable
from pathlib import Path

import pytest

from dioptra.jobs.projects import find_projects
from dioptra.sdk.exceptions import EntryPointNotFoundError

WriteProject = Callable[..., Path]

FLOW = """
    from prefect import flow

    import tasks

    @flow(name="of {project}")
    def {name}() -> str:
        return tasks.NAME
"""


def test_two_projects_may_have_modules_of_the_same_name(write_project: WriteProject) -> None:
    for name in ("left", "right"):
        flow = FLOW.format(project=name, name="train")
        write_project(f"all/{name}", train=flow, tasks=f"NAME = {name!r}")
    folder = write_project("all/none").parent
    found = find_projects(folder)
    assert list(found) == [folder / "left", folder / "right"]
    assert [flows["train"].fn() for flows in found.values()] == ["left", "right"]


def test_projects_of_several_folders_are_found_together(write_project: WriteProject) -> None:
    for folder in ("mine", "yours"):
        write_project(
            f"{folder}/{folder}", train=FLOW.format(project=folder, name="train"), tasks=""
        )
    folders = [write_project(f"{folder}/none").parent for folder in ("yours", "mine")]
    assert [project.name for project in find_projects(*folders)] == ["yours", "mine"]


def test_a_folder_without_projects_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EntryPointNotFoundError, match=f"no project below '{tmp_path}'; one is"):
        find_projects(tmp_path)
