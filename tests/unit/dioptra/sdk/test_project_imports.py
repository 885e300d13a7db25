import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dioptra.sdk.project_imports import allow_relative_imports, forget_package, name_package

pytestmark = pytest.mark.usefixtures("own_modules")

WriteProject = Callable[..., Path]

GO = """
import dioptra
from .its_tasks import answer

go = answer()
"""
TASKS = """
from .numbers_of_test import number

def answer(): return number
"""
PRINT = f"{GO}\nprint(go)"


@pytest.fixture
def project(write_project: WriteProject) -> Path:
    return write_project("mine", go=GO, its_tasks=TASKS, numbers_of_test="number = 1", shown=PRINT)


def run_python(*words: str | Path, cwd: Path | None = None) -> str:
    # As a warning says where the parent of a file is told in two ways.
    command = [sys.executable, "-W", "error", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd).stdout


def test_a_file_that_is_imported_plainly_imports_its_neighbours_relatively(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(project / "src")
    module = importlib.import_module("go")
    assert module.go == 1
    assert (module.__name__, module.__package__) == ("go", name_package(project / "src"))


@pytest.mark.parametrize("first", ["import dioptra", "", "import shown"])
def test_the_user_need_not_import_dioptra_first(project: Path, first: str) -> None:
    program = f"import sys; sys.path.insert(0, 'src')\n{first}\nfrom go import go; print(go + 1)"
    assert run_python("-c", program, cwd=project).endswith("2\n")


@pytest.mark.parametrize("with_initial", [False, True])
def test_a_script_imports_its_neighbours_relatively(project: Path, with_initial: bool) -> None:
    if with_initial:
        (project / "src" / "__init__.py").touch()
    assert run_python(project / "src" / "shown.py") == "1\n"
    assert run_python("src/shown.py", cwd=project) == "1\n"
    assert run_python("shown.py", cwd=project / "src") == "1\n"
    assert run_python("-m", "shown", cwd=project / "src") == "1\n"
    assert run_python("-m", "src.shown", cwd=project) == "1\n"


def test_the_loader_of_prefect_finds_relative_neighbours_as_it_finds_plain_ones(
    project: Path,
) -> None:
    (project / "src" / "both.py").write_text(
        "import dioptra, its_tasks\nfrom . import its_tasks as same\nboth = its_tasks is same"
    )
    program = """
from prefect.utilities.importtools import import_object
print(import_object("src/both.py:both"), import_object("src/go.py:go"))
"""
    assert run_python("-c", program, cwd=project) == "True 1\n"


def test_the_folder_is_a_package_with_what_its_initial_file_defines(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(__init__="value = 3", go="import dioptra\nfrom . import value")
    monkeypatch.syspath_prepend(project / "src")
    assert importlib.import_module("go").value == 3


def test_a_folder_below_is_a_package_of_that_package(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = project / "src" / "below"
    below.mkdir()
    (below / "deep.py").write_text("from ..its_tasks import answer\ndeep = answer()")
    (project / "src" / "go.py").write_text("import dioptra\nfrom .below.deep import deep")
    monkeypatch.syspath_prepend(project / "src")
    assert importlib.import_module("go").deep == 1


def test_a_relative_neighbour_is_not_that_of_another_project_on_the_import_path(
    project: Path, write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_project("other", yours=GO, its_tasks=TASKS, numbers_of_test="number = 2")
    monkeypatch.syspath_prepend(other / "src")
    monkeypatch.syspath_prepend(project / "src")
    assert importlib.import_module("yours").go == 2
    assert importlib.import_module("go").go == 1


def test_a_neighbour_may_have_the_name_of_a_library(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(go="import dioptra\nfrom .json import mine", json="mine = True")
    library = importlib.import_module("json")
    monkeypatch.syspath_prepend(project / "src")
    assert importlib.import_module("go").mine
    assert importlib.import_module("json") is library


def test_a_neighbour_that_is_not_there_is_named_with_its_folder(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(go="import dioptra\nfrom .nowhere import x")
    monkeypatch.syspath_prepend(project / "src")
    with pytest.raises(ModuleNotFoundError, match=r"No module named '.*/project/src\.nowhere'"):
        importlib.import_module("go")


def test_an_error_in_a_neighbour_is_shown_again_on_the_next_import(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(go="import dioptra\nfrom .bad import x", bad="1 / 0")
    monkeypatch.syspath_prepend(project / "src")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            importlib.import_module("go")


def test_a_file_outside_of_a_folder_src_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alone_of_test.py").write_text("import dioptra\nfrom .its_tasks import answer")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImportError, match="no known parent package"):
        importlib.import_module("alone_of_test")


def test_a_package_in_a_folder_src_is_left_as_it_is(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project()
    package = project / "src" / "package_of_test"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "inner.py").touch()
    monkeypatch.syspath_prepend(project / "src")
    assert importlib.import_module("package_of_test").__package__ == "package_of_test"
    assert importlib.import_module("package_of_test.inner").__package__ == "package_of_test"


def test_two_folders_have_two_names_without_a_dot(tmp_path: Path) -> None:
    folders = [tmp_path / name / "src" for name in ("v1.0", "v1%2E0", "v1_0")]
    names = {name_package(folder) for folder in folders}
    assert len(names) == 3
    assert not any("." in name for name in names)


def test_what_is_forgotten_is_imported_anew(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(project / "src")
    importlib.import_module("go")
    package = name_package(project / "src")
    assert sys.modules[f"{package}.its_tasks"] is sys.modules["its_tasks"]
    forget_package(project / "src")
    assert not [name for name in sys.modules if name.startswith(package)]
    assert "its_tasks" in sys.modules


def test_it_is_allowed_once_for_all_imports() -> None:
    before = list(sys.meta_path)
    allow_relative_imports()
    assert sys.meta_path == before


def test_a_text_that_is_executed_without_a_name_may_import_dioptra() -> None:
    code = "from dioptra.sdk.project_imports import allow_relative_imports as allow\nallow()"
    namespace: dict[str, object] = {"__file__": "src/settings.py"}
    exec(compile(code, "settings.py", "exec"), namespace)  # noqa: S102 - as Sphinx does
    assert "allow" in namespace
