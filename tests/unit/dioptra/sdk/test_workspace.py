from pathlib import Path

import pytest

from dioptra.sdk.workspace import find_workspace


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path.resolve() / "checkout"
    (folder / "task-plugins").mkdir(parents=True)
    (folder / "examples" / "mnist").mkdir(parents=True)
    monkeypatch.delenv("DIOPTRA_WORKSPACE")
    return folder


def test_the_variable_wins_over_the_folders(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIOPTRA_WORKSPACE", str(checkout.parent / "other"))
    monkeypatch.chdir(checkout)
    assert find_workspace() == checkout.parent / "other"


def test_the_variable_may_be_relative(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIOPTRA_WORKSPACE", "../other")
    monkeypatch.chdir(checkout)
    assert find_workspace() == checkout.parent / "other"


def test_an_empty_variable_counts_as_none(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIOPTRA_WORKSPACE", "")
    monkeypatch.chdir(checkout / "examples")
    assert find_workspace() == checkout


@pytest.mark.parametrize("below", [".", "examples", "examples/mnist", "task-plugins"])
def test_a_checkout_is_found_from_all_its_folders(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    monkeypatch.chdir(checkout / below)
    assert find_workspace() == checkout


def test_the_nearest_checkout_is_taken(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = checkout / "examples" / "mnist"
    (inner / "task-plugins").mkdir()
    monkeypatch.chdir(inner)
    assert find_workspace() == inner


def test_a_file_of_the_name_makes_no_workspace(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "examples" / "task-plugins").write_text("")
    monkeypatch.chdir(checkout / "examples")
    assert find_workspace() == checkout


def test_without_a_checkout_it_is_the_working_directory(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIOPTRA_WORKSPACE")
    assert find_workspace() == workspace.resolve()


def test_the_workspace_is_not_made(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIOPTRA_WORKSPACE", str(checkout / "new"))
    assert find_workspace() == checkout / "new"
    assert not (checkout / "new").exists()
