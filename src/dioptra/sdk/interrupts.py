# SPDX-License-Identifier: Apache-2.0
"""Interrupts, also those that a library turns into an error of its own."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The signals that came; without a lock, which a handler could wait for in vain.
_noted: list[int] = []


@contextmanager
def noting_interrupts() -> Iterator[None]:
    """Let SIGINT and SIGTERM interrupt a ``with`` block in the main thread, and note that they did.

    A batch system ends jobs by SIGTERM; as an interrupt, it lets a run be marked as ended. An error
    that follows an interrupt comes out as the interrupt: what is imported or computed just then may
    fail by it in a way of its own. Where SIGINT is ignored, as in the background of a script, it
    stays so.
    """

    def interrupt(number: int, _frame: object) -> None:
        _noted.append(number)
        raise KeyboardInterrupt

    handled = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        handled.append(signal.SIGINT)
    previous = {number: signal.signal(number, interrupt) for number in handled}
    try:
        yield
    except Exception as error:
        if was_interrupted():
            raise KeyboardInterrupt from error
        raise
    finally:
        _noted.clear()
        for number, handler in previous.items():
            signal.signal(number, handler)


def was_interrupted() -> bool:
    """Tell whether a signal has interrupted the block that is running.

    Returns:
        Whether; False outside of :func:`noting_interrupts`.
    """
    return bool(_noted)


def raise_if_interrupted() -> None:
    """Raise the interrupt again, where code has swallowed it, as some modules do while imported.

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
