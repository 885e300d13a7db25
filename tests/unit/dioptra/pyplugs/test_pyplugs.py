import os
import pkgutil
import subprocess
import sys
from typing import ParamSpec, TypeVar

import pytest

import dioptra_builtins
from dioptra import pyplugs
from dioptra.pyplugs import factories, lookup, registry, tasks

HEAVY = ["art", "keras", "mlflow", "tensorflow", "torch"]
PACKAGES = [
    module.name
    for module in pkgutil.iter_modules(dioptra_builtins.__path__, "dioptra_builtins.")
    if module.ispkg
]
LISTING = """
for package in pyplugs.names("dioptra_builtins"):
    raise AssertionError(package)
for package in {packages}:
    assert pyplugs.names(package), package
    for plugin in pyplugs.names(package):
        for func in pyplugs.funcs(package, plugin):
            print(pyplugs.info(package, plugin, func).label)
"""


def run_python(*lines: str) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()


def imported_by(program: str) -> set[str]:
    report = "print(*sys.modules, sep='\\n')"
    lines = run_python("import sys", program, "print('modules:')", report)
    return set(lines[lines.index("modules:") + 1 :])


def test_all_that_is_named_is_there() -> None:
    assert all(hasattr(pyplugs, name) for name in pyplugs.__all__)
    assert pyplugs.__all__ == sorted(pyplugs.__all__)


def test_every_public_function_of_the_modules_is_offered() -> None:
    offered = {getattr(pyplugs, name) for name in pyplugs.__all__}
    public = {
        value
        for module in (factories, lookup, registry, tasks)
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__
        and not (name.startswith("_") or isinstance(value, TypeVar | ParamSpec))
    }
    assert offered == public


@pytest.mark.parametrize("program", ["import dioptra", "from dioptra import pyplugs"])
def test_importing_dioptra_imports_nothing_heavy(program: str) -> None:
    assert imported_by(program).isdisjoint([*HEAVY, "prefect"])


def test_listing_all_built_in_tasks_imports_nothing_heavy() -> None:
    program = "from dioptra import pyplugs" + LISTING.format(packages=PACKAGES)
    modules = imported_by(program)
    assert modules.isdisjoint(HEAVY)
    assert set(PACKAGES) <= modules


def test_the_built_in_packages_are_those_of_the_suite() -> None:
    names = "artifacts attacks backend_configs data estimators metrics random registry tracking"
    assert [f"dioptra_builtins.{name}" for name in names.split()] == PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_every_built_in_task_tells_what_it_does(package: str) -> None:
    for plugin in pyplugs.names(package):
        for func in pyplugs.funcs(package, plugin):
            assert pyplugs.info(package, plugin, func).description
            assert pyplugs.info(package, plugin, func).module_doc
