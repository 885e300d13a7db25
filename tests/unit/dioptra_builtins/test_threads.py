import threading
import time
from collections.abc import Iterator

import pytest

from dioptra_builtins._threads import map_ahead


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("count", range(6))
def test_results_come_in_the_order_of_the_items(threads: int, count: int) -> None:
    assert list(map_ahead(lambda item: item * item, range(count), threads)) == [
        item * item for item in range(count)
    ]


def test_items_are_worked_on_at_the_same_time() -> None:
    together = threading.Barrier(2, timeout=20)
    assert sorted(map_ahead(lambda _: together.wait(), range(4), 2)) == [0, 0, 1, 1]


def test_no_more_items_are_taken_than_threads_can_use() -> None:
    taken = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    results = map_ahead(lambda item: item, items(), 2)
    assert next(results) == 0
    assert taken == [0, 1, 2]
    assert next(results) == 1
    assert taken == [0, 1, 2, 3]


def test_the_first_failure_ends_all_and_what_runs_is_waited_for() -> None:
    begun, failed, ended = threading.Event(), threading.Event(), threading.Event()

    def work(item: int) -> None:
        if item == 0:
            assert begun.wait(20)
            failed.set()
            raise ValueError("no gradient")
        begun.set()
        assert failed.wait(20)
        time.sleep(0.1)
        ended.set()

    results = map_ahead(work, range(2), 2)
    with pytest.raises(ValueError, match="no gradient"):
        list(results)
    assert ended.is_set()


def test_a_consumer_that_stops_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    results = map_ahead(lambda item: item, range(100), 3)
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    assert set(threading.enumerate()) <= before
