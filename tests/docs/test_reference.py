"""The reference has every public function, and each says what a caller must know."""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from dioptra import pyplugs
from dioptra.sdk import environment
from generation.packages import public_modules, suite_packages
from generation.settings import read_reasons, read_settings

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "source" / "reference"
PACKAGES = re.findall(
    r"^\.\. package-reference:: (\S+)",
    "\n".join(page.read_text() for page in REFERENCE.glob("*.rst")),
    re.MULTILINE,
)
# What only the command and the report use; a sentence is enough where it says all.
INTERNAL = ("dioptra.doctor", "dioptra.jobs", "dioptra.report")
# Their functions are the subcommands; `command-reference` has them from the command itself.
COMMAND = "dioptra.cli"


def list_functions() -> Iterator[tuple[str, Any]]:
    for package in ("dioptra", "dioptra_builtins"):
        for name in public_modules(package):
            for function_name, function in vars(importlib.import_module(name)).items():
                is_public = inspect.isfunction(function) and not function_name.startswith("_")
                if is_public and function.__module__ == name and not name.startswith(COMMAND):
                    yield f"{name}.{function_name}", function


FUNCTIONS = dict(list_functions())
each_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())
TASKS = [
    pyplugs.info(package, plugin, func)
    for package in suite_packages()
    for plugin in pyplugs.names(package)
    for func in pyplugs.funcs(package, plugin)
]
each_task = pytest.mark.parametrize("task", TASKS, ids=[task.label for task in TASKS])


def arguments_of(function: Any) -> list[str]:
    return [name for name in inspect.signature(function).parameters if not name.startswith("_")]


def section(doc: str, name: str) -> str:
    found = re.search(rf"^{name}:\n(.*?)(?=^\w+:$|\Z)", doc, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def described(doc: str) -> dict[str, str]:
    entries = re.split(r"^    (?=\*{0,2}\w+: )", section(doc, "Args"), flags=re.MULTILINE)
    pairs = (entry.partition(": ") for entry in entries if entry)
    return {name.strip("*"): " ".join(text.split()) for name, _, text in pairs}


def test_every_package_is_on_a_page() -> None:
    modules = [name for name in FUNCTIONS if not name.startswith("dioptra_builtins.")]
    shown = tuple(f"{package}." for package in PACKAGES)
    assert not [name for name in modules if not name.startswith(shown)]


def test_the_suite_and_the_exceptions_are_on_pages() -> None:
    assert ".. suite-reference::" in (REFERENCE / "builtins.rst").read_text()
    assert "automodule:: dioptra.sdk.exceptions" in (REFERENCE / "exceptions.rst").read_text()
    assert {task.func.__module__ for task in TASKS} <= {
        name for package in suite_packages() for name in public_modules(package)
    }


@each_function
def test_a_function_says_what_it_does(function: Any) -> None:
    assert re.match(r"[A-Z`:].+[.:;]", (inspect.getdoc(function) or "").partition("\n")[0])


@each_function
def test_a_function_describes_all_of_its_arguments(function: Any) -> None:
    described_arguments = described(inspect.getdoc(function) or "")
    missing = set(arguments_of(function)) - set(described_arguments)
    # One sentence is enough where there is nothing to add to name and type.
    assert not missing or not described_arguments


@each_function
def test_what_authors_call_describes_all_that_it_takes_and_gives(function: Any) -> None:
    doc = inspect.getdoc(function) or ""
    if function.__module__.startswith(INTERNAL):
        return
    gives = inspect.signature(function).return_annotation
    nothing = {None, "None", NoReturn, "Iterator[None]", Iterator[None]}
    assert arguments_of(function) == list(described(doc))
    assert gives in nothing or section(doc, "Returns") or section(doc, "Yields")


@each_task
def test_a_task_states_the_shape_of_every_array(task: pyplugs.PluginInfo) -> None:
    texts = {**described(task.doc), "return": " ".join(section(task.doc, "Returns").split())}
    hints = inspect.get_annotations(task.func)
    arrays = [name for name, hint in hints.items() if re.search(r"NDArray|ArrayLike", str(hint))]
    shaped = r"\[n|shape|function, from|as many"
    assert not [name for name in arrays if not re.search(shaped, texts[name])]


@each_task
def test_a_task_that_raises_says_what(task: pyplugs.PluginInfo) -> None:
    raised = set(re.findall(r"raise (\w+Error)\(", inspect.getsource(task.func)))
    assert raised <= set(re.findall(r"^    ([\w.]+): ", section(task.doc, "Raises"), re.MULTILINE))


@each_task
def test_a_number_with_a_unit_or_a_range_states_it(task: pyplugs.PluginInfo) -> None:
    hints = inspect.get_annotations(task.func)
    texts = described(task.doc)
    numbers = [name for name, hint in hints.items() if hint is float and name != "return"]
    stated = r"pixel|\[0|at least|above|second|share|norm"
    assert not [name for name in numbers if not re.search(stated, texts[name])]


@pytest.mark.parametrize(
    ("module", "paper"),
    [
        ("attacks.fgm", "Goodfellow"),
        ("estimators.keras_classifiers", "LeCun"),
        ("estimators.keras_classifiers", "Krizhevsky"),
        ("metrics.comparison", "McNemar"),
        ("metrics.comparison", "Wilson"),
        ("metrics.comparison", "Holm"),
        ("metrics.distance", "Ramdas"),
        ("metrics.performance", "Hanley"),
        ("metrics.performance", "Matthews"),
    ],
)
def test_a_method_names_its_paper(module: str, paper: str) -> None:
    assert paper in inspect.getsource(importlib.import_module(f"dioptra_builtins.{module}"))


def test_every_variable_of_the_testbed_is_on_the_page() -> None:
    files = [ROOT / "compose.yaml", ROOT / "compose.auth.yaml", ROOT / ".env.example"]
    files += [
        path
        for folder in ("src", "task-plugins", "examples", "docker")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    texts = [path.read_bytes().decode(errors="ignore") for path in files]
    named = {name for text in texts for name in re.findall(r"\bDIOPTRA_[A-Z_]+\b", text)}
    assert len(named) > 3
    assert named <= documented_variables()


def test_every_variable_that_the_code_reads_is_on_the_page() -> None:
    code = [*ROOT.glob("src/**/*.py"), *ROOT.glob("task-plugins/**/*.py")]
    reads = r"environ(?:\.get\(|\[)\s*\"([A-Z_]+)\""
    read = {name for path in code for name in re.findall(reads, path.read_text())}
    assert read - set(environment.defaults()) <= documented_variables()


def test_every_default_has_a_reason() -> None:
    reasons = read_reasons()
    assert [name for _, names in reasons for name in names] == list(environment.defaults())
    assert all(reason.endswith(".") for reason, _ in reasons)


def test_every_setting_of_the_stack_has_a_sentence() -> None:
    settings = read_settings()
    written = re.findall(r"^#?([A-Z_0-9]+=)", (ROOT / ".env.example").read_text(), re.MULTILINE)
    shown = [setting.partition("=")[0] + "=" for names, _ in settings for setting in names]
    assert shown == written
    assert all(sentence for _, sentence in settings)


def documented_variables() -> set[str]:
    page = (REFERENCE / "environment-variables.rst").read_text()
    return set(re.findall(r"^\.\. envvar:: (\w+)", page, re.MULTILINE))
