from collections.abc import Callable
from pathlib import Path

import pytest

from dioptra.jobs.projects import find_projects, load_flows
from dioptra.sdk.exceptions import EntryPointNotFoundError, ProjectError

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


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("x = 1\ny = = 2\n", "train.py:2: SyntaxError: invalid syntax"),
        ("\n\nimport nothing_of_that_name\n", "train.py:3: ModuleNotFoundError: No module named"),
        ("def fail():\n    return 1 / 0\n\nfail()\n", "train.py:2: ZeroDivisionError: division"),
        ("import json\n\njson.loads('{')\n", "train.py:3: JSONDecodeError: Expecting property"),
        ("x = '\0'\n", "src: SyntaxError: source code string cannot contain null bytes"),
    ],
)
def test_a_file_that_cannot_be_imported_is_named_with_its_line(
    write_project: WriteProject, text: str, where: str
) -> None:
    project = write_project("all/broken", train=text)
    with pytest.raises(ProjectError) as caught:
        find_projects(project.parent)
    source = project / "src"
    prefix = source if where.startswith("src") else source / "train.py"
    assert str(caught.value).startswith(f"{prefix}{where.removeprefix(prefix.name)}")


def test_an_error_in_a_neighbour_is_named_there(write_project: WriteProject) -> None:
    project = write_project(train="import tasks\n", tasks="\n\nx = nothing\n")
    with pytest.raises(ProjectError, match=r"/src/tasks\.py:3: NameError: name 'nothing'"):
        load_flows(project)
