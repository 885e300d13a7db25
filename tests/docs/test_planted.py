"""Pages with planted errors: each is reported at its own line, and nothing else is."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WRONG = {
    "planted.rst": {
        14: "the page says 0.4 ± 0.05, measured printed 0.3",
        15: "no number after 'time' in the output of measured",
        21: "other output than the page shows",
        27: "other output than the page shows",
        34: "other output than the page shows",
        41: "other output than the page shows",
        43: "nothing here executes a block of rust",
        47: "a block of python needs the path of a file as caption",
        53: "a console block must begin with a prompt",
        60: "drawn, but not there: deep/gone.txt",
        66: "there, but not drawn: one.txt",
        70: 'this mark must read: skip: next "reason"',
        78: "a block that nothing executes",
        80: "a block that nothing executes",
        84: "a block that nothing executes",
        92: "no block follows exits: next",
    },
    "status.rst": {
        7: "ended with status 3, not 0",
        15: "not run: the block in line 7 of this page failed",
    },
    "success.rst": {8: "ended with status 0, not 2"},
    "missing.rst": {8: "ended with status 1, not 0"},
    "syntax.rst": {15: "not python: invalid syntax"},
    "yaml.rst": {9: "not yaml"},
    "outside.rst": {4: "not a path below the working directory"},
    "slow.rst": {8: "killed after 4 s"},
    "page.md": {
        19: "a block that nothing executes",
        21: 'this mark must read: host-only: next "reason"',
        28: "other output than the page shows",
    },
}


@pytest.fixture(scope="module")
def done(run_pages: Callable[..., Any]) -> Any:
    """All pages, run in one go by two processes."""
    return run_pages(".", "-n", "2", "--command-timeout", "4", "--junitxml", "report.xml")


@pytest.fixture(scope="module")
def ledger(done: Any, project: Path) -> dict[str, Any]:
    """What the run wrote down."""
    assert done.returncode == 1
    ledger: dict[str, Any] = json.loads((project / "docs/_build/ledger.json").read_text())
    return ledger


@pytest.mark.parametrize("page", WRONG)
def test_each_planted_error_is_reported_at_its_line(done: Any, page: str) -> None:
    reported = re.findall(rf"^{re.escape(page)}:(\d+): (.*)$", done.stdout, re.MULTILINE)
    found = {int(line): message for line, message in reported}
    assert sorted(found) == sorted(WRONG[page]), done.stdout
    for line, message in WRONG[page].items():
        assert message in found[line]


def test_a_page_without_an_error_is_silent(done: Any) -> None:
    assert "\nright.rst:" not in done.stdout


def test_nothing_of_the_executing_program_is_shown(done: Any) -> None:
    assert "docs/execution" not in done.stdout + done.stderr


def test_wrong_output_is_shown_as_a_difference(done: Any) -> None:
    assert "\n one\n-tow\n+two\n three\n" in done.stdout


def test_the_report_for_machines_names_the_line(done: Any, project: Path) -> None:
    assert done.returncode == 1
    assert "planted.rst:21: other output" in (project / "report.xml").read_text()


def test_every_block_of_a_right_page_is_in_the_ledger(ledger: dict[str, Any]) -> None:
    reason = "the test has no container"
    assert ledger["host"]["pages"]["right.rst"] == {
        "found": 8,
        "run": 7,
        "failed": 0,
        "skipped": [],
        "elsewhere": [{"page": "right.rst", "line": 19, "reason": reason}],
    }


def test_a_block_that_an_earlier_one_made_senseless_has_not_run(ledger: dict[str, Any]) -> None:
    page = ledger["host"]["pages"]["status.rst"]
    assert (page["found"], page["run"], page["failed"]) == (3, 1, 2)
    assert [left_out["line"] for left_out in page["skipped"]] == [11]


def test_the_totals_are_those_of_the_pages(ledger: dict[str, Any]) -> None:
    pages = ledger["host"]["pages"].values()
    assert ledger["host"]["found"] == sum(page["found"] for page in pages)
    assert set(ledger["host"]["pages"]) == {*WRONG, "right.rst"}
