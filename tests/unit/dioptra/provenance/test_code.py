import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import dioptra
import dioptra_builtins.attacks.fgm  # noqa: F401 - a plugin of it is loaded
from dioptra import pyplugs
from dioptra.provenance import code
from dioptra.provenance.code import describe_code, describe_locks, find_revision
from dioptra.sdk.hashing import hash_file


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    memories = (find_revision, code._hash_package, code._hash_files)
    for memory in memories:
        memory.cache_clear()
    yield
    for memory in memories:
        memory.cache_clear()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that takes the place of the project's own."""
    monkeypatch.setattr(code, "_find_root", lambda: tmp_path)
    return tmp_path


def git(folder: Path, *words: str) -> str:
    settings = ("-c", "user.name=a", "-c", "user.email=a@localhost")
    return subprocess.run(
        ["git", *settings, *words], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_files_of_the_sdk_the_suite_and_the_project_are_named(
    write_project: Callable[..., Path],
) -> None:
    project = write_project("mine", train="x = 1\n")
    # As an editor leaves it beside a file that is open.
    (project / "src" / ".#train.py").symlink_to("nowhere")
    found = describe_code(project)
    assert found["mine/src/train.py"] == hash_file(project / "src" / "train.py")
    assert found["dioptra/__init__.py"] == hash_file(str(dioptra.__file__))
    assert "dioptra_builtins/attacks/fgm.py" in found


def test_without_a_project_there_is_still_the_rest() -> None:
    assert {"dioptra", "dioptra_builtins"} <= {
        name.partition("/")[0] for name in describe_code(None)
    }


def test_a_package_of_plugins_of_ones_own_is_named_once_it_is_loaded(
    own_modules: None,  # noqa: ARG001 - it forgets the package
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "hashed_of_test" / "ops.py"
    file.parent.mkdir()
    (file.parent / "__init__.py").touch()
    file.write_text("from dioptra import pyplugs\n\n@pyplugs.register\ndef say():\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "hashed_of_test/ops.py" not in describe_code(None)
    pyplugs.call("hashed_of_test", "ops", "say")
    assert describe_code(None)["hashed_of_test/ops.py"] == hash_file(file)


def test_the_locks_are_those_beside_the_code(root: Path) -> None:
    assert describe_locks() == {}
    (root / "requirements").mkdir()
    (root / "requirements" / "tensorflow.txt").write_text("numpy==1\n")
    (root / "requirements" / "notes.txt").write_text("")
    assert list(describe_locks()) == ["tensorflow.txt"]


def test_the_revision_is_the_commit_and_says_where_files_differ_from_it(root: Path) -> None:
    (root / "src").mkdir()
    (root / "src" / "a.py").write_text("1\n")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "first")
    commit = git(root, "rev-parse", "HEAD")
    assert find_revision() == commit
    find_revision.cache_clear()
    (root / "src" / "a.py").write_text("2\n")
    assert find_revision() == f"{commit}+"


@pytest.mark.usefixtures("root")
def test_without_a_checkout_the_image_tells_the_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_revision() is None
    find_revision.cache_clear()
    monkeypatch.setenv("DIOPTRA_REVISION", "abc")
    assert find_revision() == "abc"
