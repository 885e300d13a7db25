import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Annotated, Any, NoReturn

import psutil
import pytest
from prefect import flow, task
from pydantic import Field

from dioptra import pyplugs
from dioptra.entrypoint import call_within, run_flow, runner
from dioptra.sdk import timing
from dioptra.sdk.exceptions import EntryPointNotFoundError, ParameterError


@flow
def add(left: int, right: Annotated[int, Field(ge=0)] = 1) -> int:
    return left + right


@flow
def end() -> str:
    os.kill(os.getpid(), signal.SIGTERM)
    return "went on"


@flow
def disguise() -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise ValueError("nothing was imported") from None


@flow
def swallow(number: int) -> str:
    with suppress(KeyboardInterrupt):
        os.kill(os.getpid(), number)
    pyplugs.call_task("dioptra_builtins.random", "rng", "init_rng", seed=1)
    return "went on"


@flow
def fail() -> NoReturn:
    raise ValueError("odd")


@task
def double(number: int) -> int:
    return 2 * number


@flow
def double_all(numbers: list[int]) -> list[int]:
    return [double(number) for number in numbers]


@flow
def started() -> float | None:
    return timing._RUN_START.get()


@task
async def triple(number: int) -> int:
    return 3 * number


@flow
async def triple_later(number: int) -> int:
    await asyncio.sleep(0)
    return await triple(number)


@flow
async def end_later() -> str:
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0)
    return "went on"


@flow
def count() -> Iterator[int]:
    yield 1


@flow
async def count_later() -> AsyncIterator[int]:
    yield 1


@flow
def within(number: int) -> int:
    result: int = call_within(triple_later, {"number": number})
    return result


def refuse() -> NoReturn:
    raise AssertionError("a server was started")


@pytest.mark.usefixtures("prefect_server")
def test_text_goes_in_and_the_flows_own_result_comes_out() -> None:
    assert run_flow(add, {"left": "2"}) == 3
    assert run_flow(add, {"left": "2", "right": "5"}) == 7


@pytest.mark.usefixtures("prefect_server")
def test_a_flow_may_call_tasks() -> None:
    assert run_flow(double_all, {"numbers": "1,2"}) == [2, 4]


@pytest.mark.usefixtures("prefect_server")
def test_an_error_of_the_flow_comes_out_as_it_is() -> None:
    with pytest.raises(ValueError, match=r"^odd$"):
        run_flow(fail, {})


@pytest.mark.usefixtures("prefect_server")
def test_an_async_flow_runs_to_its_end() -> None:
    assert run_flow(triple_later, {"number": "2"}) == 6


@pytest.mark.usefixtures("prefect_server")
def test_an_async_flow_runs_to_its_end_within_another() -> None:
    assert run_flow(within, {"number": "2"}) == 6


@pytest.mark.usefixtures("prefect_server")
def test_a_request_to_terminate_interrupts_an_async_flow() -> None:
    with pytest.raises(KeyboardInterrupt):
        run_flow(end_later, {})


@pytest.mark.parametrize("generator", [count, count_later])
def test_a_generator_is_refused_before_a_server_starts(
    generator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "embedded_server", refuse)
    with pytest.raises(EntryPointNotFoundError, match="is a generator, so a call of it runs noth"):
        run_flow(generator, {})


@pytest.mark.parametrize("texts", [{}, {"left": "x"}, {"left": "1", "up": "2"}])
def test_values_are_checked_before_a_server_starts(
    texts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "embedded_server", refuse)
    with pytest.raises(ParameterError):
        run_flow(add, texts)


@pytest.mark.usefixtures("prefect_server")
def test_stopwatches_of_a_flow_count_from_the_start_of_the_process() -> None:
    assert run_flow(started, {}) == psutil.Process().create_time()
    assert timing._RUN_START.get() is None


@pytest.mark.usefixtures("prefect_server")
def test_a_request_to_terminate_interrupts_the_flow() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        run_flow(end, {})
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.usefixtures("prefect_server")
def test_an_interrupt_that_a_library_turns_into_an_error_is_still_one() -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        run_flow(disguise, {})
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_a_library_swallows_comes_back_at_the_next_task(number: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_flow(swallow, {"number": str(int(number))})
