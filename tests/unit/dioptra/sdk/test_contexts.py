import importlib
import os
import sys
from pathlib import Path

import pytest

from dioptra.sdk.utilities.contexts import plugin_dirs


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path.resolve() / "first", tmp_path.resolve() / "second"
    first.mkdir()
    second.mkdir()
    return first, second


def test_folders_come_first_in_their_order_and_go_again(two: tuple[Path, Path]) -> None:
    first, second = two
    before = list(sys.path)
    with plugin_dirs([first, str(second)]) as added:
        assert added == [str(first), str(second)]
        assert sys.path == [*added, *before]
    assert sys.path == before


def test_the_path_stays_the_same_list(two: tuple[Path, Path]) -> None:
    path = sys.path
    with plugin_dirs(two):
        assert sys.path is path
    assert sys.path is path


def test_the_path_is_restored_after_an_error(two: tuple[Path, Path]) -> None:
    before = list(sys.path)

    def fail() -> None:
        with plugin_dirs(two):
            sys.path.append("more")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sys.path == before


def test_blocks_can_be_nested(two: tuple[Path, Path]) -> None:
    first, second = two
    with plugin_dirs([first]):
        outer = list(sys.path)
        with plugin_dirs([second]):
            assert sys.path[:2] == [str(second), str(first)]
        assert sys.path == outer


def test_relative_folders_are_those_of_the_working_directory(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    monkeypatch.chdir(first)
    with plugin_dirs([".", "../second"]) as added:
        assert added == [str(first), str(second)]


def test_no_folders_are_none(workspace: Path) -> None:
    (workspace / "task-plugins").mkdir()
    with plugin_dirs([]) as added:
        assert added == []


def test_what_is_no_folder_is_named_and_nothing_added(two: tuple[Path, Path]) -> None:
    first, _ = two
    before = list(sys.path)
    missing = first / "missing"
    with (
        pytest.raises(NotADirectoryError, match=f"the plugin folder '{missing}' is not a folder"),
        plugin_dirs([first, missing]),
    ):
        pass
    assert sys.path == before


def test_a_file_is_no_folder(two: tuple[Path, Path]) -> None:
    file = two[0] / "ops.py"
    file.write_text("")
    with pytest.raises(NotADirectoryError, match=r"ops\.py' is not a folder"), plugin_dirs([file]):
        pass


def test_without_folders_the_workspace_has_them(workspace: Path) -> None:
    (workspace / "task-plugins").mkdir()
    with plugin_dirs() as added:
        assert added == [str(workspace.resolve() / "task-plugins")]


def test_a_workspace_without_plugins_adds_nothing() -> None:
    before = list(sys.path)
    with plugin_dirs() as added:
        assert added == []
        assert sys.path == before


def test_the_variable_comes_before_the_workspace(
    two: tuple[Path, Path], workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "task-plugins").mkdir()
    first, second = map(str, two)
    monkeypatch.setenv("DIOPTRA_PLUGIN_DIRS", os.pathsep.join([second, "", first, ""]))
    with plugin_dirs() as added:
        assert added == [second, first, str(workspace.resolve() / "task-plugins")]


def test_the_variable_does_not_matter_where_folders_are_given(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    monkeypatch.setenv("DIOPTRA_PLUGIN_DIRS", str(second))
    with plugin_dirs([first]) as added:
        assert added == [str(first)]


def test_a_missing_folder_of_the_variable_is_named(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIOPTRA_PLUGIN_DIRS", "missing")
    missing = workspace.resolve() / "missing"
    with pytest.raises(NotADirectoryError, match=f"'{missing}' is not a folder"), plugin_dirs():
        pass


def test_a_module_written_a_moment_ago_is_found(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two
    name = "module_of_contexts_test"
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, name)
    with plugin_dirs([first]), pytest.raises(ModuleNotFoundError):
        importlib.import_module(name)
    (first / f"{name}.py").write_text("x = 1")
    with plugin_dirs([first]):
        assert importlib.import_module(name).x == 1
