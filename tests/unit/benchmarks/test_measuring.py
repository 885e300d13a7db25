"""How contenders are timed, and what the rounds say; the sums are done by hand."""

import subprocess
import sys

import pytest

from benchmarks import measuring
from benchmarks.measuring import Measurement, OtherWork, compare, summarize, take_turns


def test_contenders_take_turns_and_each_round_starts_with_another() -> None:
    called: list[str] = []
    contenders = {name: lambda name=name: called.append(name) for name in "abc"}
    take_turns(contenders, 3)
    assert "".join(called) == "abcbcacab"


def test_the_seconds_of_a_call_are_those_between_two_looks_at_the_clock() -> None:
    times = iter([0.0, 2.0, 10.0, 11.0, 20.0, 23.0, 30.0, 34.0])
    seconds = take_turns({"a": lambda: None, "b": lambda: None}, 2, clock=lambda: next(times))
    assert seconds == {"a": [2.0, 4.0], "b": [1.0, 3.0]}


def test_short_calls_are_repeated_and_their_mean_counts() -> None:
    called: list[str] = []
    times = iter([0.0, 0.4, 0.8, 1.2, 10.0, 12.0])
    contenders = {name: lambda name=name: called.append(name) for name in "ab"}
    seconds = take_turns(contenders, 1, shortest=1.0, clock=lambda: next(times))
    assert "".join(called) == "aaab"
    assert seconds == {"a": [1.2 / 3], "b": [2.0]}


def test_the_value_is_the_median_and_the_noise_half_the_range() -> None:
    assert summarize([3.0, 1.0, 9.0]) == Measurement(3.0, 4.0)


def test_a_ratio_is_formed_within_each_round() -> None:
    # The second round was ten times slower for both, so it says the same as the first.
    assert compare([4.0, 40.0, 9.0], [2.0, 20.0, 3.0]) == Measurement(2.0, 0.5)


def test_work_of_others_is_told_from_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two cores for 100 s, of whose 120 busy seconds 90 are our own.
    readings = iter([(1000.0, 500.0, 50.0), (1200.0, 620.0, 140.0)])
    monkeypatch.setattr(measuring, "_read_seconds", lambda: next(readings))
    assert OtherWork().share() == pytest.approx(0.15)


def test_a_process_that_works_is_not_its_own_neighbour() -> None:
    before = measuring._read_seconds()
    subprocess.run([sys.executable, "-c", "sum(range(10**7))"], check=True)
    sum(range(10**7))
    whole, busy, own = (
        now - then for now, then in zip(measuring._read_seconds(), before, strict=True)
    )
    assert own > 0
    # Both are differences of sums of floats, whose last bits are noise.
    assert 0 <= busy <= whole + 1e-6
    assert 0 <= OtherWork().share() <= 1
