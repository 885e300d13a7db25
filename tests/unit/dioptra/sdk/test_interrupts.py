import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

from dioptra.sdk.interrupts import noting_interrupts, was_interrupted


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
