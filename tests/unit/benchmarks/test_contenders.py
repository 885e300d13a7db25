"""Contenders that are there, that are not, and that break."""

from typing import Any

import pytest

from benchmarks.contenders import Contender, find_absence, hold_contest


def hold(*contenders: Contender, check: Any = str) -> dict[str, tuple[Any, str]]:
    contest = hold_contest("s", contenders, 3, check, 10, "images/s", "yardstick", 2)
    return {row.contender: (row.ratio, row.note) for row in contest.rows}


YARDSTICK = Contender("yardstick", lambda case: lambda: case)


def test_a_peer_that_is_not_installed_is_reported_as_not_there() -> None:
    peer = Contender("peer", lambda _: pytest.fail("it was started"), ("no_such_library",))
    assert find_absence(peer) == "not there: no_such_library is not installed"
    rows = hold(YARDSTICK, peer)
    assert rows["peer"] == (None, "not there: no_such_library is not installed")
    assert rows["yardstick"] == (1.0, "3")


def test_a_peer_that_breaks_is_reported_with_its_reason() -> None:
    def prepare(_case: int) -> Any:
        raise AttributeError("no attribute 'v1'\nand more")

    rows = hold(YARDSTICK, Contender("peer", prepare, is_peer=True))
    assert rows["peer"] == (None, "not there: AttributeError: no attribute 'v1'")


def test_what_is_ours_may_not_break() -> None:
    def prepare(_case: int) -> Any:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        hold(YARDSTICK, Contender("ours", prepare))


def test_a_wrong_result_is_not_timed() -> None:
    def check(result: int) -> str:
        if result != 3:
            raise ValueError(f"{result} is wrong")
        return "right"

    peer = Contender("peer", lambda _: lambda: 4, is_peer=True)
    rows = hold(YARDSTICK, peer, check=check)
    assert rows["peer"] == (None, "not there: ValueError: 4 is wrong")
    with pytest.raises(ValueError, match="4 is wrong"):
        hold(YARDSTICK, Contender("ours", lambda _: lambda: 4), check=check)


def test_a_trial_is_checked_and_the_whole_case_is_timed() -> None:
    prepared, checked = [], []

    def prepare(case: int) -> Any:
        prepared.append(case)
        return lambda: case

    contest = hold_contest(
        "s",
        [Contender("yardstick", prepare)],
        3,
        lambda result: checked.append(result) or "right",
        10,
        "images/s",
        "yardstick",
        1,
        2,
    )
    assert (prepared, checked) == ([2, 3], [2])
    assert [row.note for row in contest.rows] == ["right"]
