"""What CONTRIBUTING.md asks of every plugin and file."""

import ast
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import dioptra_builtins
from dioptra import pyplugs
from dioptra.pyplugs import PluginInfo

ROOT = Path(__file__).parents[2]
PACKAGES = [
    f"dioptra_builtins.{module.name}"
    for module in pkgutil.iter_modules(dioptra_builtins.__path__)
    if module.ispkg
]
SPECIFIED = {
    "artifacts": {"mlflow", "utils"},
    "attacks": {"fgm"},
    "backend_configs": {"tensorflow"},
    "data": {"tensorflow"},
    "estimators": {"keras_classifiers", "tensorflow"},
    "metrics": {"distance", "performance"},
    "random": {"rng", "sample"},
    "registry": {"art", "mlflow"},
    "tracking": {"mlflow"},
}


def list_tasks() -> list[PluginInfo]:
    return [
        pyplugs.info(package, plugin, func)
        for package in PACKAGES
        for plugin in pyplugs.names(package)
        for func in pyplugs.funcs(package, plugin)
    ]


TASKS = list_tasks()
each_task = pytest.mark.parametrize("task", TASKS, ids=[task.label for task in TASKS])


def test_the_suite_has_every_module_that_is_specified() -> None:
    found = {name.rpartition(".")[2]: set(pyplugs.names(name)) for name in PACKAGES}
    assert {name: modules & found[name] for name, modules in SPECIFIED.items()} == SPECIFIED


@each_task
def test_a_task_says_what_it_does_in_one_sentence(task: PluginInfo) -> None:
    assert re.fullmatch(r"[A-Z].{10,98}\.", task.description)


@each_task
def test_a_task_documents_each_of_its_arguments(task: PluginInfo) -> None:
    arguments = re.findall(r"^    \*{0,2}(\w+): \S", _section(task.doc, "Args"), re.MULTILINE)
    assert arguments == list(inspect.signature(task.func).parameters)


@each_task
def test_a_task_types_all_it_takes_and_gives(task: PluginInfo) -> None:
    signature = inspect.signature(task.func)
    kinds = [signature.return_annotation, *(p.annotation for p in signature.parameters.values())]
    assert inspect.Signature.empty not in kinds


@each_task
def test_a_task_documents_what_it_gives(task: PluginInfo) -> None:
    nothing = inspect.signature(task.func).return_annotation in (None, "None")
    assert nothing or _section(task.doc, "Returns") or _section(task.doc, "Yields")


@each_task
def test_a_task_names_the_libraries_that_its_body_imports(task: PluginInfo) -> None:
    source = inspect.getsource(task.func)
    imported = set(re.findall(r"^ +(?:import|from) (\w+)", source, re.MULTILINE))
    libraries = {"art", "keras", "mlflow", "pandas", "sklearn", "scipy", "tensorflow"}
    assert imported & libraries <= set(task.requires)


@pytest.mark.parametrize(
    ("package", "plugin"), [(name, plugin) for name in PACKAGES for plugin in pyplugs.names(name)]
)
def test_a_plugin_has_a_mirrored_test(package: str, plugin: str) -> None:
    folder = ROOT.joinpath("tests", "unit", *package.split("."))
    assert (folder / f"test_{plugin}.py").is_file()


def test_no_module_of_the_sdk_names_the_suite_as_text() -> None:
    """An import that is text is an arrow that the linter of imports does not see."""
    sources = sorted((ROOT / "src").rglob("*.py"))
    named = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sources
        for node in _list_texts(ast.parse(file.read_text()))
        if node.value.partition(".")[0] == dioptra_builtins.__name__
    ]
    assert len(sources) > 100
    assert named == []


def test_every_target_that_the_readme_names_is_in_the_makefile() -> None:
    named = re.findall(r"(?:`|\$ )make ([a-z-]+)", (ROOT / "README.md").read_text())
    targets = re.findall(r"^([a-z -]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert named
    assert set(named) <= set(" ".join(targets).split())


def _list_texts(tree: ast.AST) -> list[ast.Constant]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _section(doc: str, name: str) -> str:
    found = re.search(rf"^{name}:\n(.*?)(?=^\w+:$|\Z)", doc, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""
