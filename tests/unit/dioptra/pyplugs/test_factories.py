import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dioptra import pyplugs
from dioptra.pyplugs import factories, lookup, tasks
from dioptra.sdk.exceptions import PluginArgumentError, UnknownPluginError

OPS = """
    from dioptra import pyplugs

    @pyplugs.register
    def add(left, right=1): return left + right
"""
FUNCTIONS = [
    lookup.names,
    lookup.broken,
    lookup.funcs,
    lookup.info,
    lookup.exists,
    lookup.get,
    lookup.call,
    tasks.get_task,
    tasks.call_task,
    tasks.submit_task,
    tasks.map_task,
]


@pytest.fixture(autouse=True)
def mine(write_package: Callable[..., Path], on_path: None) -> None:  # noqa: ARG001 - a fixture
    write_package("mine_of_test", ops=OPS)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_factory_fills_in_the_package_and_nothing_else(function: Callable[..., Any]) -> None:
    made = getattr(factories, f"{function.__name__}_factory")("mine_of_test")
    assert made.func is function
    assert made.args == ("mine_of_test",)
    assert made.keywords == {}


def test_every_look_up_has_a_factory() -> None:
    made = {name for name, _ in inspect.getmembers(factories, inspect.isfunction)}
    assert made == {f"{function.__name__}_factory" for function in FUNCTIONS}


def test_names_of_one_package() -> None:
    assert pyplugs.names_factory("mine_of_test")() == ["ops"]


def test_broken_plugins_of_one_package() -> None:
    assert pyplugs.broken_factory("mine_of_test")() == {}


def test_functions_of_one_package() -> None:
    assert pyplugs.funcs_factory("mine_of_test")("ops") == ["add"]


def test_info_of_one_package() -> None:
    found = pyplugs.info_factory("mine_of_test")("ops", "add")
    assert found.label == "mine_of_test.ops.add"


def test_exists_in_one_package() -> None:
    exists = pyplugs.exists_factory("mine_of_test")
    assert exists("ops")
    assert not exists("ops", "sub")


def test_get_from_one_package() -> None:
    assert pyplugs.get_factory("mine_of_test")("ops")(1) == 2


def test_call_of_one_package() -> None:
    assert pyplugs.call_factory("mine_of_test")("ops", "add", 1, right=4) == 5
    assert pyplugs.call_factory("mine_of_test")(plugin="ops", func="add", left=1) == 2


def test_tasks_of_one_package() -> None:
    assert pyplugs.get_task_factory("mine_of_test")("ops").name == "ops.add"


@pytest.mark.parametrize(
    "factory",
    [pyplugs.call_task_factory, pyplugs.submit_task_factory, pyplugs.map_task_factory],
    ids=lambda factory: factory.__name__,
)
def test_arguments_are_passed_on_to_tasks(factory: Callable[[str], Callable[..., Any]]) -> None:
    with pytest.raises(PluginArgumentError, match=r"^mine_of_test\.ops\.add: .*'rigth'"):
        factory("mine_of_test")("ops", "add", 1, rigth=2)


def test_a_package_is_looked_up_when_it_is_used() -> None:
    call = pyplugs.call_factory("mine_of_test")
    with pytest.raises(UnknownPluginError, match="'opps' in 'mine_of_test'"):
        call("opps")
    pyplugs.call_factory("nowhere_of_test")
