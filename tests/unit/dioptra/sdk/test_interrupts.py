import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import psutil
import pytest

from dioptra.sdk.interrupts import holding_interrupts, noting_interrupts, was_interrupted


def send(number: int) -> NoReturn:
    os.kill(os.getpid(), number)
    raise AssertionError("went on")


def note(number: int, seen: list[bool]) -> None:
    try:
        send(number)
    finally:
        seen.append(was_interrupted())


def disguise() -> None:
    try:
        send(signal.SIGINT)
    except KeyboardInterrupt:
        raise ValueError("odd") from None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts_the_block_and_is_noted_until_its_end(number: int) -> None:
    seen: list[bool] = []
    with pytest.raises(KeyboardInterrupt), noting_interrupts():
        note(number, seen)
    assert seen == [True]
    assert not was_interrupted()


def test_an_error_that_follows_a_signal_comes_out_as_the_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt) as caught, noting_interrupts():
        disguise()
    assert str(caught.value.__cause__) == "odd"


def test_an_error_without_a_signal_comes_out_as_it_is() -> None:
    with pytest.raises(ValueError, match="odd"), noting_interrupts():
        raise ValueError("odd")


def test_an_ignored_interrupt_stays_ignored() -> None:
    original = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with noting_interrupts():
            os.kill(os.getpid(), signal.SIGINT)
            assert not was_interrupted()
    finally:
        signal.signal(signal.SIGINT, original)


@pytest.mark.parametrize("before", [signal.SIG_IGN, signal.SIG_DFL])
def test_the_handler_of_before_is_restored(before: signal.Handlers) -> None:
    original = signal.signal(signal.SIGTERM, before)
    try:
        with noting_interrupts():
            assert signal.getsignal(signal.SIGTERM) is not before
        assert signal.getsignal(signal.SIGTERM) is before
        with pytest.raises(KeyboardInterrupt), noting_interrupts():
            send(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) is before
    finally:
        signal.signal(signal.SIGTERM, original)


def test_a_block_knows_of_a_signal_that_came_in_a_block_within_it() -> None:
    with noting_interrupts():
        with pytest.raises(KeyboardInterrupt), noting_interrupts():
            send(signal.SIGTERM)
        assert was_interrupted()
    assert not was_interrupted()


def test_another_thread_notes_nothing() -> None:
    seen: list[Any] = []

    def look() -> None:
        with noting_interrupts():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]


def hold(seen: list[str]) -> None:
    with holding_interrupts():
        with holding_interrupts():
            os.kill(os.getpid(), signal.SIGTERM)
            seen.append("inner")
        seen.append("outer")
    seen.append("after")


def test_an_interrupt_is_held_until_the_end_of_the_block() -> None:
    seen: list[str] = []
    with noting_interrupts(), pytest.raises(KeyboardInterrupt):
        hold(seen)
    assert seen == ["inner", "outer"]


def test_what_is_cleared_up_after_an_interrupt_is_not_interrupted_by_it_again() -> None:
    seen: list[int] = []
    with noting_interrupts():
        with pytest.raises(KeyboardInterrupt):
            send(signal.SIGTERM)
        with holding_interrupts():
            seen.append(1)
    assert seen == [1]


def test_an_error_in_a_block_that_holds_an_interrupt_comes_out_as_the_interrupt() -> None:
    def fail() -> NoReturn:
        with holding_interrupts():
            os.kill(os.getpid(), signal.SIGTERM)
            raise ValueError("odd")

    with pytest.raises(KeyboardInterrupt), noting_interrupts():
        fail()
    with pytest.raises(KeyboardInterrupt), noting_interrupts():
        send(signal.SIGTERM)


def test_another_thread_holds_nothing() -> None:
    begun, ended = threading.Event(), threading.Event()

    def wait() -> None:
        with holding_interrupts():
            begun.set()
            ended.wait(30)

    thread = threading.Thread(target=wait)
    thread.start()
    begun.wait(30)
    with pytest.raises(KeyboardInterrupt), noting_interrupts():
        send(signal.SIGTERM)
    ended.set()
    thread.join()


POOL = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from dioptra.sdk.interrupts import follow_the_parent

if __name__ == "__main__":
    context = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=follow_the_parent) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 1234).result()
"""


def wait_for_the_end(process: psutil.Process) -> bool:
    gone, _ = psutil.wait_procs([process], timeout=30)
    return bool(gone)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_process_of_a_pool_does_not_outlive_its_parent(tmp_path: Path, number: int) -> None:
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        # A terminal sends the interrupt to both.
        os.kill(worker.pid if number == signal.SIGINT else parent.pid, number)
        assert wait_for_the_end(worker)
        parent.kill()
