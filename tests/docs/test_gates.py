"""What the ledgers of both targets must fulfil."""

from typing import Any

import pytest

from execution.badge import write_line
from execution.gates import check_ledger
from execution.ledger import Ledger

PAGE = "page.rst"


def make(run: int, failed: int = 0, found: int = 100, **lists: list[int]) -> dict[str, Any]:
    ledger = Ledger()
    ledger.add({"page": PAGE, "line": 1, "found": found}, failed=False)
    for number in range(run):
        ledger.add({"page": PAGE, "line": number, "block": "run"}, failed=number < failed)
    for outcome, lines in lists.items():
        for line in lines:
            about = {"page": PAGE, "line": line, "block": outcome, "reason": f"reason {line}"}
            ledger.add(about, failed=False)
    return ledger.total()


def test_a_guide_of_which_all_is_run_passes() -> None:
    host = make(95, elsewhere=[96, 97, 98, 99, 100])
    assert list(check_ledger({"host": host, "container": make(100)})) == []


@pytest.mark.parametrize(
    ("host", "container", "finding"),
    [
        (make(99), make(99), "host: 1 blocks of page.rst are unaccounted for"),
        (make(100, failed=1), make(100), "host: 1 failed"),
        (make(97, skipped=[1, 2, 3]), make(97, skipped=[1, 2, 3]), "host: 97.0 % of the blocks"),
        (make(84, elsewhere=[*range(16)]), make(100), "16 of 100 blocks are for one target only"),
        (make(99, skipped=[1]), make(99, skipped=[2]), "page.rst: host and container differ"),
        (make(99, found=99), make(100), "page.rst: host and container differ"),
        (make(0, found=0), make(0, found=0), "host: no block was found"),
    ],
)
def test_what_does_not_hold_is_named(
    host: dict[str, Any], container: dict[str, Any], finding: str
) -> None:
    found = list(check_ledger({"host": host, "container": container}))
    assert any(line.startswith(finding) for line in found), found


def test_a_reason_of_blanks_is_none() -> None:
    entry = make(99, skipped=[7])
    entry["skipped"][0]["reason"] = " "
    assert "host: page.rst:7: no reason" in check_ledger({"host": entry, "container": entry})


def test_both_targets_must_have_run() -> None:
    assert list(check_ledger({"host": make(100)})) == ["container: not run"]


def test_only_all_are_a_hundred_percent() -> None:
    line = write_line({"host": make(999, found=1000), "container": make(1000, found=1000)})
    assert "999 (99 %)" in line
    assert "1000 (100 %)" in line
