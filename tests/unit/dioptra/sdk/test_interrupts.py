import os
import signal
from typing import NoReturn

import pytest

from dioptra.sdk.interrupts import end_at_interrupts, noting_interrupts, was_interrupted


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


def test_a_worker_ends_at_an_interrupt() -> None:
    original = signal.getsignal(signal.SIGINT)
    try:
        end_at_interrupts()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, original)
