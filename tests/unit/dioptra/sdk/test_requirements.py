import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import Any

import pytest

from dioptra.sdk import requirements
from dioptra.sdk.exceptions import MissingRequirementError
from dioptra.sdk.requirements import SUITE_LIBRARIES, check_requirements


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(_name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(requirements, "find_spec", find)


def message(*requires: str) -> str:
    with pytest.raises(MissingRequirementError) as caught:
        check_requirements(requires, "mine.ops.add")
    return str(caught.value)


def test_nothing_is_asked_where_nothing_is_needed() -> None:
    check_requirements((), "mine.ops.add")


def test_what_is_installed_is_fine() -> None:
    check_requirements(iter(["json", "numpy"]), "mine.ops.add")


def test_what_is_installed_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "antigravity", None)
    monkeypatch.delitem(sys.modules, "antigravity")
    check_requirements(["antigravity"], "mine.ops.add")
    assert "antigravity" not in sys.modules


def test_a_missing_library_says_what_to_install() -> None:
    assert message("json", "no_such_library") == (
        "mine.ops.add needs no_such_library, which is not installed; "
        "install it with: pip install 'no_such_library'"
    )


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize("library", sorted(SUITE_LIBRARIES))
def test_a_library_of_the_suite_comes_with_the_extra(library: str) -> None:
    assert message(library) == (
        f"mine.ops.add needs {library}, which is not installed; "
        "install it with: pip install 'dioptra[tensorflow]'"
    )


@pytest.mark.usefixtures("nothing_installed")
def test_all_that_is_missing_is_named_and_installed_at_once() -> None:
    assert message("tensorflow", "zebra", "art", "apple") == (
        "mine.ops.add needs tensorflow, zebra, art, apple, which is not installed; "
        "install it with: pip install 'apple' 'dioptra[tensorflow]' 'zebra'"
    )


def test_only_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str) -> Any:
        return None if name == "art" else find_spec("json")

    monkeypatch.setattr(requirements, "find_spec", find)
    assert message("keras", "art").startswith("mine.ops.add needs art, which is not installed;")


def test_a_missing_requirement_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="needs no_such_library"):
        check_requirements(["no_such_library"], "mine.ops.add")
