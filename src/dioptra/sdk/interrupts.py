# SPDX-License-Identifier: Apache-2.0
"""Interrupts, also those that a library turns into an error of its own."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

# The signals that came, and the blocks that note and hold them; without a lock, which a handler
# could wait for in vain.
_noted: list[int] = []
_noting: list[None] = []
_holding: list[None] = []


@contextmanager
def noting_interrupts() -> Iterator[None]:
    """Let SIGINT and SIGTERM interrupt a ``with`` block in the main thread, and note that they did.

    A batch system ends jobs by SIGTERM; as an interrupt, it lets a run be marked as ended. An error
    that follows an interrupt comes out as the interrupt: what is imported or computed just then may
    fail by it in a way of its own. Where SIGINT is ignored, as in the background of a script, it
    stays so.

    In another thread than the main one, where no signal is handled, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, _frame: object) -> None:
        _noted.append(number)
        if not _holding:
            raise KeyboardInterrupt

    handled = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        handled.append(signal.SIGINT)
    _noting.append(None)
    previous = {number: signal.signal(number, interrupt) for number in handled}
    try:
        yield
    except Exception as error:
        if was_interrupted():
            raise KeyboardInterrupt from error
        raise
    finally:
        _noting.pop()
        # A block around this one is to know of them too.
        if not _noting:
            _noted.clear()
        for number, handler in previous.items():
            signal.signal(number, handler)


def noting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make what a flow does note interrupts, as a decorator below ``@flow``.

    Within a flow, Prefect handles SIGTERM by an error of its own, which nothing here knows of.

    Args:
        function: What the flow does.

    Returns:
        The same within :func:`noting_interrupts`. Unlike that as a decorator, it can be pickled,
        as flows are on their way to other processes.
    """

    @wraps(function)
    def noted(*args: Any, **kwargs: Any) -> Any:
        with noting_interrupts():
            return function(*args, **kwargs)

    return noted


@contextmanager
def holding_interrupts() -> Iterator[None]:
    """Raise an interrupt only when a ``with`` block has ended, for what must not be half done.

    In another thread than the main one it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = len(_noted)
    _holding.append(None)
    try:
        yield
    finally:
        _holding.pop()
    # Not one of before: what is cleared up after an interrupt is done in peace.
    if not _holding and len(_noted) > before:
        raise KeyboardInterrupt


def was_interrupted() -> bool:
    """Tell whether a signal has interrupted the block that is running.

    Returns:
        Whether; False outside of :func:`noting_interrupts`.
    """
    return bool(_noted)


def raise_if_interrupted() -> None:
    """Raise the interrupt again, where code has swallowed it.

    Some modules do while they are imported, and Python itself does in destructors and callbacks.

    Raises:
        KeyboardInterrupt: A signal has interrupted the block that is running.
    """
    if was_interrupted():
        raise KeyboardInterrupt


def follow_the_parent() -> None:
    """Let SIGINT end this process of a pool at once, and likewise the end of its parent.

    A parent that was killed can tell its processes nothing: they would wait for work for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
