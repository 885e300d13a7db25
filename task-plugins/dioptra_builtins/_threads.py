# SPDX-License-Identifier: Apache-2.0
"""Work that threads do ahead of its consumer, without holding more than they can use."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_ahead(
    function: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[Result]:
    """Apply a function to items in threads, a few items ahead of the consumer.

    Args:
        function: What to apply; threads gain where it lets go of Python's lock.
        items: Its arguments, taken one by one as threads become free for them.
        threads: The number of threads, at least 1.

    Yields:
        The results, in the order of the items. Where the consumer stops early, what is running is
        waited for, and nothing else is begun.
    """
    running: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                running.append(pool.submit(function, item))
                if len(running) > threads:
                    yield running.popleft().result()
            for future in running:
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
