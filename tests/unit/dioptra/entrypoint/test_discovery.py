import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from prefect import Flow

from dioptra.entrypoint import find_entry_points, list_entry_points, load_entry_point
from dioptra.sdk.exceptions import EntryPointNotFoundError, ProjectError

WriteProject = Callable[..., Path]

FLOW = """
    from prefect import flow

    @flow
    def {name}() -> str:
        return "{name}"
"""
FLOW_WITH_TASKS = """
    from prefect import flow

    import tasks

    @flow
    def {name}() -> str:
        return tasks.answer()
"""
FLOW_OF_BOTH = """
    from prefect import flow

    import tasks
    from . import tasks as same
    from .tasks import answer

    @flow
    def {name}() -> tuple[str, bool]:
        return answer(), tasks is same
"""
TASKS = """
    def answer() -> str:
        return "{text}"
"""


def test_flows_named_as_their_file_are_found_in_order(write_project: WriteProject) -> None:
    project = write_project(train=FLOW.format(name="train"), fgm=FLOW.format(name="fgm"))
    flows = find_entry_points(project)
    assert list(flows) == ["fgm", "train"]
    assert all(isinstance(flow, Flow) for flow in flows.values())
    assert flows["train"].fn() == "train"


def test_files_without_a_flow_of_their_name_are_no_entry_points(
    write_project: WriteProject,
) -> None:
    project = write_project(
        train=FLOW.format(name="train"),
        tasks=TASKS.format(text="x"),
        other=FLOW.format(name="another"),
        plain="def plain() -> None: ...",
        nothing="",
    )
    assert list(find_entry_points(project)) == ["train"]


def test_files_below_src_are_not_looked_at(write_project: WriteProject) -> None:
    project = write_project(train=FLOW.format(name="train"))
    (project / "src" / "deeper").mkdir()
    (project / "src" / "deeper" / "broken.py").write_text("1 / 0")
    assert list(find_entry_points(project)) == ["train"]


def test_a_project_may_be_named_by_text_and_relative_to_the_working_directory(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_project(train=FLOW.format(name="train")).parent)
    assert list(find_entry_points("project")) == ["train"]


def test_a_module_of_the_same_name_is_that_of_its_own_project(write_project: WriteProject) -> None:
    first = write_project("first", go=FLOW_WITH_TASKS.format(name="go"), tasks=TASKS.format(text=1))
    second = write_project(
        "second", go=FLOW_WITH_TASKS.format(name="go"), tasks=TASKS.format(text=2)
    )
    before, after = load_entry_point(first, "go"), load_entry_point(second, "go")
    assert (before.fn(), after.fn()) == ("1", "2")
    assert load_entry_point(first, "go").fn() == "1"


def test_a_neighbour_wins_over_a_module_of_its_name_on_the_import_path(
    write_project: WriteProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tasks.py").write_text("def answer(): return 'elsewhere'")
    monkeypatch.syspath_prepend(str(tmp_path))
    project = write_project(
        go=FLOW_WITH_TASKS.format(name="go"), tasks=TASKS.format(text="neighbour")
    )
    assert load_entry_point(project, "go").fn() == "neighbour"


def test_a_project_is_loaded_once(write_project: WriteProject) -> None:
    project = write_project(go=FLOW_WITH_TASKS.format(name="go"), tasks=TASKS.format(text="once"))
    first = load_entry_point(project, "go")
    tasks = sys.modules["tasks"]
    assert load_entry_point(project, "go") is first
    assert sys.modules["tasks"] is tasks


def test_the_folder_of_a_project_comes_onto_the_import_path_once(
    write_project: WriteProject,
) -> None:
    project = write_project(train=FLOW.format(name="train"), fgm=FLOW.format(name="fgm"))
    find_entry_points(project)
    find_entry_points(project)
    assert sys.path.count(str(project / "src")) == 1


def test_plain_and_relative_imports_of_a_neighbour_give_one_module(
    write_project: WriteProject,
) -> None:
    project = write_project(go=FLOW_OF_BOTH.format(name="go"), tasks=TASKS.format(text="one"))
    assert load_entry_point(project, "go").fn() == ("one", True)


def test_a_relative_neighbour_is_that_of_its_own_project(write_project: WriteProject) -> None:
    first, second = (
        write_project(name, go=FLOW_OF_BOTH.format(name="go"), tasks=TASKS.format(text=name))
        for name in ("first", "second")
    )
    before, after = load_entry_point(first, "go"), load_entry_point(second, "go")
    assert (before.fn(), after.fn()) == (("first", True), ("second", True))
    assert load_entry_point(first, "go").fn() == ("first", True)


def test_a_project_that_is_loaded_again_after_another_has_no_module_twice(
    write_project: WriteProject,
) -> None:
    first = write_project(
        "first",
        go=FLOW_OF_BOTH.format(name="go"),
        tasks=TASKS.format(text=1),
        more="import tasks\nmore = 1",
    )
    second = write_project("second", go=FLOW.format(name="go"), tasks=TASKS.format(text=2))
    for project in (first, second, first):
        find_entry_points(project)
    assert sys.modules["more"].tasks is sys.modules["tasks"]


def test_a_neighbour_that_is_imported_while_the_flow_runs_is_that_of_its_own_project(
    write_project: WriteProject,
) -> None:
    late = """
        from prefect import flow

        @flow
        def {name}():
            from .tasks import answer
            return answer()
    """
    first, second = (
        write_project(name, **{name: late.format(name=name), "tasks": TASKS.format(text=name)})
        for name in ("first", "second")
    )
    flows = load_entry_point(first, "first"), load_entry_point(second, "second")
    assert [flow.fn() for flow in flows] == ["first", "second"]


@pytest.mark.parametrize("texts", [{}, {"tasks": "x = 1"}])
def test_a_project_without_a_flow_says_what_an_entry_point_is(
    write_project: WriteProject, texts: dict[str, str]
) -> None:
    with pytest.raises(EntryPointNotFoundError, match=r"one is a file src/NAME\.py with a flow"):
        find_entry_points(write_project(**texts))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EntryPointNotFoundError, match=r"^no entry point in '.*nowhere': no such"):
        load_entry_point(tmp_path / "nowhere", "train")


def test_an_unknown_entry_point_names_the_nearest(write_project: WriteProject) -> None:
    project = write_project(train=FLOW.format(name="train"), fgm=FLOW.format(name="fgm"))
    with pytest.raises(
        EntryPointNotFoundError, match=r"^no entry point 'trian' in .*; did you mean 'train'\?"
    ):
        load_entry_point(project, "trian")


def test_a_broken_file_beside_an_entry_point_does_not_matter_to_it(
    write_project: WriteProject,
) -> None:
    project = write_project(train=FLOW.format(name="train"), fgm="def fgm(): ...\n1 / 0", bad="=")
    assert load_entry_point(project, "train").fn() == "train"
    with pytest.raises(ProjectError, match=r"/src/bad\.py:1: SyntaxError"):
        find_entry_points(project)


def test_entry_points_are_listed_with_what_they_do_and_not_imported(
    write_project: WriteProject,
) -> None:
    project = write_project(
        train='1 / 0\ndef train():\n    "Train a model.\\n\\nAnd more."',
        fgm="async def fgm(): ...",
        other="other = 1",
        taken="if True:\n    from x import taken",
        tasks="def help_others(): ...",
        bad="=",
    )
    assert list_entry_points(project) == {
        "bad": "",
        "fgm": "",
        "other": "",
        "taken": "",
        "train": "Train a model.",
    }


def test_what_is_no_flow_is_no_entry_point(write_project: WriteProject) -> None:
    with pytest.raises(EntryPointNotFoundError, match=r"^no entry point 'plain' in .*; one is a"):
        load_entry_point(write_project(plain="def plain(): ..."), "plain")


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
    project = write_project(train=f"{text}\ndef train(): ...\n")
    with pytest.raises(ProjectError) as caught:
        load_entry_point(project, "train")
    source = project / "src"
    prefix = source if where.startswith("src") else source / "train.py"
    assert str(caught.value).startswith(f"{prefix}{where.removeprefix(prefix.name)}")


def test_an_error_in_a_neighbour_is_named_there(write_project: WriteProject) -> None:
    project = write_project(train="import tasks\ntrain = 1", tasks="\n\nx = nothing\n")
    with pytest.raises(ProjectError, match=r"/src/tasks\.py:3: NameError: name 'nothing'"):
        find_entry_points(project)
