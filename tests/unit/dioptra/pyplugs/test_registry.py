import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from dioptra.pyplugs import PluginInfo, register, task_nout
from dioptra.pyplugs.registry import NOUT_ATTRIBUTE, PLUGINS


def plain(left: int, right: int = 1) -> int:
    """Add two
    numbers.

    Args:
        left: One.
        right: The other.

    """
    return left + right


def bare(left: int) -> int:
    return left


def as_if_in(module: str, **texts: str) -> Callable[..., Any]:
    """Make a function of a module that exists nowhere."""
    namespace: dict[str, Any] = {"__name__": module}
    text = texts.get("text", "def add(left): return left")
    exec(text, namespace)  # noqa: S102 - the text is the test's own
    made: Callable[..., Any] = namespace["add"]
    return made


def entry_of(function: Callable[..., Any]) -> PluginInfo:
    package, _, plugin = function.__module__.rpartition(".")
    return PLUGINS[package][plugin][function.__name__]


def test_a_registered_function_stays_the_plain_function() -> None:
    before = dict(vars(plain))
    assert register(plain) is plain
    assert register()(plain) is plain
    assert register(sort_value=1, requires=("art",))(plain) is plain
    assert vars(plain) == before
    assert plain(1) == 2
    assert pickle.loads(pickle.dumps(plain)) is plain  # noqa: S301 - the test's own


def test_the_three_ways_to_register_give_the_same_entry() -> None:
    register(plain)
    first = entry_of(plain)
    register()(plain)
    assert entry_of(plain) == first
    register(sort_value=0, requires=())(plain)
    assert entry_of(plain) == first


def test_an_entry_has_the_names_of_its_module() -> None:
    function = register(as_if_in("mine_of_test.deep.ops"))
    entry = PLUGINS["mine_of_test.deep"]["ops"]["add"]
    assert (entry.package_name, entry.plugin_name, entry.func_name) == (
        "mine_of_test.deep",
        "ops",
        "add",
    )
    assert entry.func is function
    assert entry.label == "mine_of_test.deep.ops.add"


def test_a_docstring_is_split_into_description_and_doc() -> None:
    register(plain)
    entry = entry_of(plain)
    assert entry.description == "Add two numbers."
    assert entry.doc == "Args:\n    left: One.\n    right: The other."


def test_without_a_docstring_the_description_is_empty() -> None:
    register(bare)
    entry = entry_of(bare)
    assert (entry.description, entry.doc) == ("", "")


def test_a_docstring_of_one_line_is_the_description() -> None:
    register(as_if_in("mine_of_test.ops", text='def add(left): "Add."'))
    entry = PLUGINS["mine_of_test"]["ops"]["add"]
    assert (entry.description, entry.doc) == ("Add.", "")


def test_a_module_without_a_docstring_has_none() -> None:
    register(plain)
    assert entry_of(plain).module_doc == ""


def test_a_function_whose_module_is_gone_has_no_module_doc() -> None:
    register(as_if_in("mine_of_test.ops"))
    assert PLUGINS["mine_of_test"]["ops"]["add"].module_doc == ""


def test_sort_value_and_requirements_are_kept() -> None:
    register(sort_value=2.5, requires=("art", "keras"))(plain)
    entry = entry_of(plain)
    assert (entry.sort_value, entry.requires) == (2.5, ("art", "keras"))


def test_by_default_the_rank_is_zero_and_nothing_is_required() -> None:
    register(plain)
    assert (entry_of(plain).sort_value, entry_of(plain).requires) == (0, ())


def test_a_function_registered_again_takes_the_place_of_the_first() -> None:
    register(as_if_in("mine_of_test.ops"))
    second = register(as_if_in("mine_of_test.ops"))
    assert list(PLUGINS["mine_of_test"]["ops"]) == ["add"]
    assert PLUGINS["mine_of_test"]["ops"]["add"].func is second


def test_plugins_of_one_name_in_two_packages_are_two() -> None:
    first = register(as_if_in("mine_of_test.one.ops"))
    second = register(as_if_in("mine_of_test.two.ops"))
    assert PLUGINS["mine_of_test.one"]["ops"]["add"].func is first
    assert PLUGINS["mine_of_test.two"]["ops"]["add"].func is second


def test_an_entry_cannot_be_changed() -> None:
    register(plain)
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry_of(plain).func_name = "other"  # type: ignore[misc]


def test_the_number_of_outputs_is_that_of_the_mark_in_either_order() -> None:
    under = register(task_nout(2)(as_if_in("mine_of_test.under")))
    over = task_nout(3)(register(as_if_in("mine_of_test.over")))
    assert entry_of(under).nout == 2
    assert entry_of(over).nout == 3


def test_without_a_mark_the_number_of_outputs_is_unknown() -> None:
    assert entry_of(register(as_if_in("mine_of_test.ops"))).nout is None


def test_a_marked_function_stays_the_plain_function() -> None:
    function = as_if_in("mine_of_test.ops")
    assert task_nout(1)(function) is function
    assert vars(function) == {NOUT_ATTRIBUTE: 1}
    assert function(5) == 5


@pytest.mark.parametrize("nout", [0, -1])
def test_fewer_than_one_output_are_refused(nout: int) -> None:
    with pytest.raises(ValueError, match=f"^a task returns at least one value, not {nout}$"):
        task_nout(nout)
