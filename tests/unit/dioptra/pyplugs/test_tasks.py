import inspect
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from prefect import Task, flow, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture

from dioptra import pyplugs
from dioptra.pyplugs import call_task, get_task, map_task, step, submit_task
from dioptra.sdk.exceptions import (
    MissingRequirementError,
    PluginArgumentError,
    TaskOutputError,
    UnknownPackageError,
    UnknownPluginError,
    UnknownPluginFunctionError,
)
from dioptra.sdk.utilities.contexts import plugin_dirs

WritePackage = Callable[..., Path]

PACKAGE = "mine_of_test"
OPS = '''
    from dioptra import pyplugs

    calls = []

    @pyplugs.register
    def add(left: int, right: int = 1) -> int:
        """Add two
        numbers.

        And no more.
        """
        calls.append((left, right))
        return left + right

    @pyplugs.register
    def collect(first, /, *more, named=0, **others):
        calls.append(first)
        return [first, *more, named, others]

    @pyplugs.register
    def same(value):
        return value

    @pyplugs.register
    def total(values):
        return sum(values)

    @pyplugs.register
    def fail(value):
        raise RuntimeError(f"no {value}")

    @pyplugs.register(requires=("no_such_library",))
    def needy(): pass
'''
OUTPUTS = """
    from dioptra import pyplugs

    @pyplugs.register
    @pyplugs.task_nout(2)
    def divide(left, right=2):
        "Divide."
        return left // right, left % right

    @pyplugs.task_nout(1)
    @pyplugs.register
    def single(value): return (value,)

    @pyplugs.register
    @pyplugs.task_nout(2)
    def give(values): return values
"""


@pytest.fixture(autouse=True)
def mine(write_package: WritePackage, on_path: None) -> None:  # noqa: ARG001 - a fixture
    write_package(PACKAGE, ops=OPS, outputs=OUTPUTS)


def in_flow(function: Callable[[], Any]) -> Any:
    return flow(function, name="flow-of-test")()


def calls() -> list[Any]:
    made: list[Any] = sys.modules[f"{PACKAGE}.ops"].calls
    return made


def test_a_task_has_the_name_and_description_of_its_function() -> None:
    made = get_task(PACKAGE, "ops", "add")
    assert isinstance(made, Task)
    assert made.name == "ops.add"
    assert made.description == "Add two numbers."


def test_a_task_neither_caches_nor_stores() -> None:
    made = get_task(PACKAGE, "ops", "add")
    assert made.cache_policy == NO_CACHE
    assert made.persist_result is False
    assert made.cache_key_fn is None


def test_a_task_runs_the_function_itself() -> None:
    assert get_task(PACKAGE, "ops", "add").fn is pyplugs.get(PACKAGE, "ops", "add")


def test_the_task_of_a_marked_function_keeps_its_signature() -> None:
    function, made = pyplugs.get(PACKAGE, "outputs"), get_task(PACKAGE, "outputs")
    assert inspect.signature(made.fn) == inspect.signature(function)
    assert made.name == "outputs.divide"
    assert made.fn(7) == (3, 1)


def test_a_task_is_made_once() -> None:
    assert get_task(PACKAGE, "ops") is get_task(PACKAGE, "ops", "add")


def test_a_function_registered_again_gives_a_new_task() -> None:
    before = get_task(PACKAGE, "ops", "add")
    function = sys.modules[f"{PACKAGE}.ops"].add

    def add(left: int) -> int:
        return left

    add.__module__ = function.__module__
    pyplugs.register(add)
    assert get_task(PACKAGE, "ops", "add") is not before
    assert get_task(PACKAGE, "ops", "add").fn is add


@pytest.mark.parametrize("function", [get_task, call_task, submit_task, map_task])
@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        (("mine_of_tset", "ops"), UnknownPackageError, "did you mean 'mine_of_test'"),
        ((PACKAGE, "opps"), UnknownPluginError, "did you mean 'ops'"),
        ((PACKAGE, "ops", "ad"), UnknownPluginFunctionError, "did you mean 'add'"),
        ((PACKAGE, "ops", "needy"), MissingRequirementError, "pip install 'no_such_library'"),
    ],
)
def test_what_is_missing_is_an_error_before_anything_runs(
    function: Callable[..., Any],
    path: tuple[str, ...],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        function(*path)


@pytest.mark.parametrize("function", [call_task, submit_task, map_task])
@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        (
            (1,),
            {"rihgt": 2},
            "got an unexpected keyword argument 'rihgt'; did you mean 'right'? ",
        ),
        (
            (1,),
            {"zzz": 2},
            "got an unexpected keyword argument 'zzz'; known: left, right; ",
        ),
        ((), {}, "missing a required argument: 'left'; "),
        ((), {"right": 2}, "missing a required argument: 'left'; "),
        ((1, 2, 3), {}, "too many positional arguments; "),
        ((1,), {"left": 2}, "multiple values for argument 'left'; "),
        (
            (),
            {"letf": 1, "rihgt": 2},
            "missing a required argument: 'left'; did you mean 'left'? did you mean 'right'? ",
        ),
    ],
)
def test_arguments_are_bound_before_anything_runs(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], message: str
) -> None:
    with pytest.raises(PluginArgumentError) as caught:
        function(PACKAGE, "ops", "add", *args, **kwargs)
    assert str(caught.value) == (
        f"{PACKAGE}.ops.add: {message}its arguments: add(left: int, right: int = 1) -> int"
    )
    assert caught.value.__suppress_context__
    assert calls() == []


def test_a_type_error_of_the_function_is_not_taken_for_one_of_its_arguments() -> None:
    with pytest.raises(TypeError, match="unsupported operand") as caught:
        get_task(PACKAGE, "ops", "add").fn(1, "2")
    assert not isinstance(caught.value, PluginArgumentError)


@pytest.mark.usefixtures("prefect_server")
def test_wrong_arguments_in_a_flow_run_nothing() -> None:
    with pytest.raises(PluginArgumentError, match="did you mean 'right'"):
        in_flow(lambda: call_task(PACKAGE, "ops", "add", 1, rigt=2))
    assert calls() == []


@pytest.mark.usefixtures("prefect_server")
def test_a_called_task_gives_its_result() -> None:
    assert in_flow(lambda: call_task(PACKAGE, "ops", "add", 1, right=2)) == 3
    assert calls() == [(1, 2)]


@pytest.mark.usefixtures("prefect_server")
def test_without_a_name_the_first_task_is_called() -> None:
    assert in_flow(lambda: call_task(PACKAGE, "ops", None, 1)) == 2


@pytest.mark.usefixtures("prefect_server")
def test_arguments_may_have_the_names_of_the_look_up() -> None:
    values = in_flow(
        lambda: call_task(
            PACKAGE, "ops", "collect", 1, 2, named=3, package=4, plugin=5, func=6, first=7
        )
    )
    assert values == [1, 2, 3, {"package": 4, "plugin": 5, "func": 6, "first": 7}]


@pytest.mark.usefixtures("prefect_server")
def test_an_error_of_a_task_reaches_the_caller() -> None:
    with pytest.raises(RuntimeError, match=r"^no luck$"):
        in_flow(lambda: call_task(PACKAGE, "ops", "fail", "luck"))


@pytest.mark.usefixtures("prefect_server")
def test_the_same_call_runs_again() -> None:
    def run() -> list[int]:
        return [call_task(PACKAGE, "ops", "add", 1) for _ in range(3)]

    assert in_flow(run) == [2, 2, 2]
    assert calls() == [(1, 1)] * 3


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("value", [threading.Lock(), lambda: None, {"lock": threading.Lock()}])
def test_inputs_and_results_are_neither_hashed_nor_pickled(value: object) -> None:
    def run() -> tuple[Any, Any]:
        submitted: Any = submit_task(PACKAGE, "ops", "same", value)
        return call_task(PACKAGE, "ops", "same", value), submitted.result()

    called, submitted = in_flow(run)
    assert called == submitted == value


@pytest.mark.usefixtures("prefect_server")
def test_a_generator_arrives_unread() -> None:
    def run() -> tuple[Any, Any]:
        submitted: Any = submit_task(PACKAGE, "ops", "total", (n for n in range(4)))
        return call_task(PACKAGE, "ops", "total", (n for n in range(3))), submitted.result()

    assert in_flow(run) == (3, 6)


@pytest.mark.usefixtures("prefect_server")
def test_arrays_are_passed_on_and_not_copied() -> None:
    array = np.arange(6)

    def run() -> Any:
        future: Any = submit_task(PACKAGE, "ops", "same", array)
        return call_task(PACKAGE, "ops", "same", future.result())

    assert in_flow(run) is array


@pytest.mark.usefixtures("prefect_server")
def test_a_marked_task_that_is_called_gives_its_values() -> None:
    assert in_flow(lambda: call_task(PACKAGE, "outputs", "divide", 7)) == (3, 1)


@pytest.mark.usefixtures("prefect_server")
def test_a_submitted_task_gives_one_future() -> None:
    def run() -> int:
        future = submit_task(PACKAGE, "ops", "add", 1, right=2)
        assert isinstance(future, PrefectFuture)
        result: int = future.result()
        return result

    assert in_flow(run) == 3


@pytest.mark.usefixtures("prefect_server")
def test_the_futures_of_a_marked_task_can_be_unpacked() -> None:
    def run() -> tuple[int, int]:
        futures: Any = submit_task(PACKAGE, "outputs", "divide", 7, right=4)
        assert isinstance(futures, tuple)
        quotient, remainder = futures
        assert isinstance(quotient, PrefectFuture)
        return quotient.result(), remainder.result()

    assert in_flow(run) == (1, 3)


@pytest.mark.usefixtures("prefect_server")
def test_a_task_of_one_output_is_unpacked_too() -> None:
    def run() -> int:
        (future,) = submit_task(PACKAGE, "outputs", "single", 5)  # type: ignore[misc]
        result: int = future.result()
        return result

    assert in_flow(run) == 5


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("number", [0, 1, 3])
def test_another_number_of_values_than_marked_is_an_error(number: int) -> None:
    with pytest.raises(TaskOutputError) as caught:
        in_flow(lambda: call_task(PACKAGE, "outputs", "give", tuple(range(number))))
    assert str(caught.value) == (
        f"{PACKAGE}.outputs.give is marked with task_nout(2), but returned {number} values"
    )


@pytest.mark.parametrize("values", [None, 5, "generator"])
def test_what_cannot_be_counted_is_an_error_of_the_mark(values: object) -> None:
    given = iter((1, 2)) if values == "generator" else values
    with pytest.raises(TaskOutputError, match=r"give is marked with task_nout\(2\)"):
        get_task(PACKAGE, "outputs", "give").fn(given)


@pytest.mark.usefixtures("prefect_server")
def test_futures_of_another_number_of_values_than_marked_give_the_error() -> None:
    def run() -> None:
        first, _ = submit_task(PACKAGE, "outputs", "give", (1, 2, 3))  # type: ignore[misc]
        first.result()

    with pytest.raises(TaskOutputError, match=r"task_nout\(2\), but returned 3 values"):
        in_flow(run)


@pytest.mark.usefixtures("prefect_server")
def test_futures_of_a_marked_task_that_fails_give_its_error() -> None:
    def run() -> None:
        quotient, _ = submit_task(PACKAGE, "outputs", "divide", 1, 0)  # type: ignore[misc]
        quotient.result()

    with pytest.raises(ZeroDivisionError):
        in_flow(run)


@pytest.mark.usefixtures("prefect_server")
def test_the_future_of_a_task_that_fails_gives_its_error() -> None:
    def run() -> None:
        submit_task(PACKAGE, "ops", "fail", "luck").result()  # type: ignore[union-attr]

    with pytest.raises(RuntimeError, match=r"^no luck$"):
        in_flow(run)


@pytest.mark.usefixtures("prefect_server")
def test_a_task_called_with_the_future_of_one_that_fails_is_not_passed_over() -> None:
    def run() -> None:
        call_task(PACKAGE, "ops", "add", submit_task(PACKAGE, "ops", "fail", "luck"))

    with pytest.raises(RuntimeError, match=r"^no luck$"):
        in_flow(run)


@pytest.mark.usefixtures("prefect_server")
def test_futures_are_arguments_of_further_tasks() -> None:
    def run() -> int:
        left, right = submit_task(PACKAGE, "outputs", "divide", 23, 10)  # type: ignore[misc]
        total = submit_task(PACKAGE, "ops", "add", left, right=right)
        result: int = call_task(PACKAGE, "ops", "add", total, 100)
        return result

    assert in_flow(run) == 105
    assert calls() == [(2, 3), (5, 100)]


@pytest.mark.usefixtures("prefect_server")
def test_a_mapped_task_runs_once_for_each_element() -> None:
    results = in_flow(lambda: map_task(PACKAGE, "ops", "add", [1, 2, 3], [10, 20, 30]).result())
    assert results == [11, 22, 33]


@pytest.mark.usefixtures("prefect_server")
def test_what_is_not_to_be_mapped_goes_whole_to_each_call() -> None:
    def run() -> Any:
        return map_task(PACKAGE, "ops", "collect", [1, 2], named=unmapped([7, 8])).result()

    assert in_flow(run) == [[1, [7, 8], {}], [2, [7, 8], {}]]


@pytest.mark.usefixtures("prefect_server")
def test_a_mapped_task_takes_futures() -> None:
    def run() -> Any:
        numbers = submit_task(PACKAGE, "ops", "same", [1, 2])
        return map_task(PACKAGE, "ops", "add", numbers, right=unmapped(5)).result()

    assert in_flow(run) == [6, 7]


@pytest.mark.usefixtures("prefect_server")
def test_a_mapped_task_that_is_marked_gives_the_values_of_each_call() -> None:
    def run() -> Any:
        return map_task(PACKAGE, "outputs", "divide", [7, 9], right=4).result()

    assert in_flow(run) == [(1, 3), (2, 1)]


@pytest.mark.usefixtures("prefect_server")
def test_built_in_tasks_and_local_ones_mix_in_one_flow() -> None:
    @task
    def double(number: int) -> int:
        return 2 * number

    def run() -> tuple[int, int, int]:
        seed, rng = submit_task("dioptra_builtins.random", "rng", "init_rng", 3)  # type: ignore[misc]
        drawn = call_task("dioptra_builtins.random", "sample", "draw_random_integer", rng, 5, 6)
        later = submit_task(PACKAGE, "ops", "add", double.submit(drawn))
        return seed.result(), double(drawn), later.result()  # type: ignore[union-attr]

    assert in_flow(run) == (3, 10, 11)


@pytest.mark.usefixtures("prefect_server")
def test_a_generator_of_random_numbers_moves_on_from_task_to_task() -> None:
    def run() -> list[int]:
        _, rng = call_task("dioptra_builtins.random", "rng", "init_rng", 3)
        draw = pyplugs.call_task_factory("dioptra_builtins.random")
        return [draw("sample", "draw_random_integer", rng) for _ in range(2)]

    expected = np.random.default_rng(3).integers(0, 2**31 - 1, 2).tolist()
    assert in_flow(run) == expected


@pytest.mark.usefixtures("prefect_server")
def test_a_task_can_be_called_without_a_flow() -> None:
    assert call_task(PACKAGE, "ops", "add", 1) == 2


@pytest.mark.usefixtures("prefect_server")
def test_the_plugin_of_a_peer_works_in_a_flow(tmp_path: Path) -> None:
    folder = tmp_path / "theirs" / "peer_of_test"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "ops.py").write_text(
        "from dioptra import pyplugs\n@pyplugs.register\ndef one(): return 1\n"
    )

    def run() -> int:
        with plugin_dirs([folder.parent]):
            result: int = call_task("peer_of_test", "ops", "one")
            return result

    assert in_flow(run) == 1


NAMES = {"package": PACKAGE, "plugin": "ops", "func": "add"}


@pytest.mark.usefixtures("prefect_server")
def test_the_names_of_a_task_may_be_given_by_keyword() -> None:
    def run() -> list[Any]:
        return [
            call_task(**NAMES, left=1, right=2),
            submit_task(**NAMES, left=3).result(),
            map_task(**NAMES, left=[5, 6], right=unmapped(10)).result(),
            call_task(package=PACKAGE, plugin="ops", left=7),
            call_task(PACKAGE, "ops", func="same", value=8),
        ]

    assert in_flow(run) == [3, 4, [15, 16], 8, 8]
    assert get_task(**NAMES).name == "ops.add"


@pytest.mark.parametrize("function", [call_task, submit_task, map_task])
def test_a_task_without_a_plugin_is_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(PluginArgumentError, match="no plugin; a task is named by package, plugin"):
        function(package=PACKAGE, func="add", left=1)


def test_a_step_is_the_task_of_an_imported_function() -> None:
    add = pyplugs.get(PACKAGE, "ops", "add")

    def run() -> int:
        total: int = step(add)(2, right=3)
        return total

    assert in_flow(run) == 5
    assert calls() == [(2, 3)]


def test_a_step_keeps_the_signature_and_the_docstring() -> None:
    add = pyplugs.get(PACKAGE, "ops", "add")
    made = step(add)
    assert inspect.signature(made) == inspect.signature(add)
    assert made.__doc__ == add.__doc__


def test_the_arguments_of_a_step_are_bound_before_it_runs() -> None:
    add = step(pyplugs.get(PACKAGE, "ops", "add"))
    with pytest.raises(PluginArgumentError, match=r"ops\.add: .*'rihgt'; did you mean 'right'\?"):
        add(1, rihgt=2)
    assert calls() == []


def test_a_step_waits_for_a_future_that_fails() -> None:
    same = pyplugs.get(PACKAGE, "ops", "same")

    def run() -> None:
        step(same)(submit_task(PACKAGE, "ops", "fail", "bread"))

    with pytest.raises(RuntimeError, match="no bread"):
        in_flow(run)


def test_a_function_that_is_not_registered_is_no_step() -> None:
    with pytest.raises(PluginArgumentError, match="calls is no registered function; put @pyplugs"):
        step(calls)


def test_a_step_of_a_function_whose_library_is_missing_fails_when_it_is_called() -> None:
    needy = step(pyplugs.info(PACKAGE, "ops", "needy").func)
    with pytest.raises(MissingRequirementError, match="pip install 'no_such_library'"):
        needy()
