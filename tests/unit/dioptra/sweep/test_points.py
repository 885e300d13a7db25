import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from dioptra.sdk.exceptions import SweepError
from dioptra.sdk.interrupts import noting_interrupts
from dioptra.sdk.runs import PARENT_VARIABLE
from dioptra.sweep.grid import Point
from dioptra.sweep.points import Settling, run_point

POINTS = [Point(str(number), {"eps": str(number)}, {"eps": number}) for number in (1, 2, 3)]
PARENT_OF_RUN = """
    from prefect import flow

    @flow
    def tell(number: int = 1):
        import os
        return {"parent": os.environ.get("DIOPTRA_PARENT_RUN_ID", ""), "number": number, "x": [1]}
"""


def fail() -> Any:
    raise ValueError("odd")


def interrupt() -> Any:
    raise KeyboardInterrupt


def settle(taken: list[Any], *rows: Callable[[], Any]) -> None:
    with Settling(
        len(rows),
        lambda point, row: taken.append((point.id, row)),
        lambda point, error: taken.append((point.id, error)),
    ) as settling:
        for point, row in zip(POINTS, rows, strict=False):
            settling.settle(point, row)


def test_what_points_give_is_taken_and_a_failure_is_told_at_the_end() -> None:
    taken: list[Any] = []
    with pytest.raises(SweepError, match="1 of 3 points failed, eps=2 by ValueError: odd"):
        settle(taken, lambda: "first", fail, lambda: "third")
    (first, (failed, error), third) = taken
    assert (first, third) == (("1", "first"), ("3", "third"))
    assert (failed, str(error)) == ("2", "odd")


def test_an_interrupt_is_not_hidden_by_failures() -> None:
    with pytest.raises(KeyboardInterrupt):
        settle([], fail, interrupt)


def fail_by_an_interrupt() -> Any:
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except KeyboardInterrupt:
        raise ValueError("odd") from None


def test_what_an_interrupt_was_turned_into_is_no_failure() -> None:
    taken: list[Any] = []
    with pytest.raises(KeyboardInterrupt), noting_interrupts():
        settle(taken, fail_by_an_interrupt)
    assert taken == []


def test_an_interrupt_that_was_swallowed_ends_the_sweep_at_the_next_point() -> None:
    with noting_interrupts():
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            run_point("no-such-project", "tell", {}, None)


@pytest.mark.usefixtures("own_modules")
@pytest.mark.parametrize("parent", [None, "abc"])
def test_a_point_knows_its_parent_and_leaves_nothing_behind(
    write_project: Callable[..., Path], parent: str | None
) -> None:
    project = write_project("sweep", tell=PARENT_OF_RUN)
    row = run_point(str(project), "tell", {"number": "2"}, parent)
    assert row == {"parent": parent or "", "number": 2}
    assert PARENT_VARIABLE not in os.environ
