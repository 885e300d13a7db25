import time
from types import SimpleNamespace

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dioptra.sdk.timing import _RUN_START, SUMS, Stopwatch, since_process_start

SECONDS = st.integers(0, 1000)


def stop_clocks(patch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=100.0)
    patch.setattr(time, "time", lambda: clock.now)
    patch.setattr(time, "perf_counter", lambda: clock.now)
    return clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    return stop_clocks(monkeypatch)


def test_a_stopwatch_without_sections_has_only_overhead(clock: SimpleNamespace) -> None:
    stopwatch = Stopwatch()
    clock.now += 3
    assert stopwatch.durations() == {"total": 3, "overhead": 3}


def test_sections_and_overhead_make_the_total(clock: SimpleNamespace) -> None:
    stopwatch = Stopwatch()
    clock.now += 1
    with stopwatch.section("load"):
        clock.now += 2
    clock.now += 4
    with stopwatch.section("train"):
        clock.now += 8
    assert stopwatch.durations() == {"load": 2, "train": 8, "total": 15, "overhead": 5}


def test_a_section_entered_again_adds_up(clock: SimpleNamespace) -> None:
    stopwatch = Stopwatch()
    for seconds in (1, 2, 4):
        with stopwatch.section("train"):
            clock.now += seconds
    assert stopwatch.durations() == {"train": 7, "total": 7, "overhead": 0}


def test_a_section_that_fails_is_timed_and_its_error_passes(clock: SimpleNamespace) -> None:
    stopwatch = Stopwatch()

    def fail() -> None:
        with stopwatch.section("train"):
            clock.now += 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert stopwatch.durations()["train"] == 2


def test_a_section_counts_when_it_ends(clock: SimpleNamespace) -> None:
    stopwatch = Stopwatch()
    with stopwatch.section("train"):
        clock.now += 2
        assert stopwatch.durations() == {"total": 2, "overhead": 2}


def test_durations_can_be_asked_for_again_and_again(clock: SimpleNamespace) -> None:
    stopwatch = Stopwatch()
    clock.now += 1
    stopwatch.durations()["total"] = 50
    clock.now += 1
    assert stopwatch.durations() == {"total": 2, "overhead": 2}


def test_the_sections_of_a_part_are_added_but_not_its_sums(clock: SimpleNamespace) -> None:
    stopwatch = Stopwatch()
    with stopwatch.section("train"):
        clock.now += 1
    clock.now += 10
    stopwatch.add({"train": 2, "load": 4, "total": 9, "overhead": 3})
    assert stopwatch.durations() == {"train": 3, "load": 4, "total": 11, "overhead": 4}


def test_a_part_timed_on_its_own_changes_nothing_in_all(clock: SimpleNamespace) -> None:
    whole, part = Stopwatch(), Stopwatch()
    with part.section("train"):
        clock.now += 4
    clock.now += 1
    whole.add(part.durations())
    assert whole.durations() == part.durations()


@given(steps=st.lists(st.tuples(st.sampled_from(["", "load", "train"]), SECONDS)))
def test_overhead_is_what_no_section_covers(steps: list[tuple[str, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        clock = stop_clocks(patch)
        stopwatch = Stopwatch()
        for name, seconds in steps:
            if not name:
                clock.now += seconds
                continue
            with stopwatch.section(name):
                clock.now += seconds
        durations = stopwatch.durations()
    assert durations["overhead"] == sum(seconds for name, seconds in steps if not name)
    assert durations["total"] == sum(seconds for _, seconds in steps)
    assert (
        sum(seconds for name, seconds in durations.items() if name != "total")
        == (durations["total"])
    )


def test_a_run_of_a_command_counts_from_the_start_of_the_process(
    clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil.Process, "create_time", lambda _process: 60.0)
    with since_process_start():
        stopwatch = Stopwatch()
    clock.now += 1
    assert stopwatch.durations() == {"total": 41, "overhead": 41}


def test_after_the_command_a_stopwatch_counts_from_its_making(
    clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil.Process, "create_time", lambda _process: 60.0)

    def fail() -> None:
        with since_process_start():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _RUN_START.get() is None
    stopwatch = Stopwatch()
    clock.now += 1
    assert stopwatch.durations() == {"total": 1, "overhead": 1}


def test_the_start_of_the_process_lies_in_the_past() -> None:
    with since_process_start():
        started = _RUN_START.get()
    assert started == psutil.Process().create_time()


def test_the_sums_are_those_that_durations_derives(clock: SimpleNamespace) -> None:
    assert clock.now == 100
    assert tuple(Stopwatch().durations()) == SUMS
