import tempfile
from pathlib import Path

import pytest

from dioptra_builtins.artifacts._working_files import working_file
from dioptra_builtins.artifacts.exceptions import InvalidFileNameError


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_temporary_file_is_gone_after_the_block(temporary: Path) -> None:
    with working_file("a.txt", None) as path:
        assert path.name == "a.txt"
        assert path.is_relative_to(temporary)
        path.write_text("a")
    assert not list(temporary.iterdir())


def test_a_temporary_file_is_gone_after_an_error(temporary: Path) -> None:
    with pytest.raises(FileNotFoundError), working_file("a.txt", None) as path:
        path.read_text()
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_in_a_working_folder_stays(tmp_path: Path, kind: type[str | Path]) -> None:
    folder = tmp_path / "new" / "folder"
    with working_file("a.txt", kind(folder)) as path:
        path.write_text("a")
    assert (folder / "a.txt").read_text() == "a"


def test_a_working_folder_may_be_there_already(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("other")
    with working_file("a.txt", tmp_path) as path:
        assert path == tmp_path / "a.txt"
    assert (tmp_path / "other.txt").read_text() == "other"


@pytest.mark.parametrize("name", ["", ".", "a/b", "a/", "./a", "../a", "/a"])
def test_what_is_no_bare_file_name_is_refused_before_anything_is_made(
    name: str, workspace: Path, temporary: Path
) -> None:
    for folder in ("folder", None):
        message = f"'{name}' is not a bare file name; name its folder with working_dir"
        with pytest.raises(InvalidFileNameError) as caught, working_file(name, folder):
            pass
        assert str(caught.value) == message
    assert not [*workspace.iterdir(), *temporary.iterdir()]
