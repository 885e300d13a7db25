"""Checks the ledger of both targets: ``python -m execution.gates``."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LEDGER = Path("docs/_build/ledger.json")
# Of the blocks that are meant for the target, in percent.
LEAST_RUN = {"host": 98.0, "container": 95.0}
# Of all blocks, in percent.
MOST_ELSEWHERE = 15.0

Entry = dict[str, Any]


def check_ledger(ledger: dict[str, Entry]) -> Iterator[str]:
    """Say what does not hold."""
    missing = [target for target in LEAST_RUN if target not in ledger]
    if missing:
        yield f"{missing[0]}: not run"
        return
    for target, least in LEAST_RUN.items():
        for finding in check_target(ledger[target], least):
            yield f"{target}: {finding}"
    yield from check_marked(ledger)
    yield from compare_targets(ledger)


def check_target(entry: Entry, least: float) -> Iterator[str]:
    """Say what does not hold of one target."""
    if not entry["found"]:
        yield "no block was found"
    if entry["failed"]:
        yield f"{entry['failed']} failed"
    for name, page in entry["pages"].items():
        unaccounted = page["found"] - count_known(page)
        if unaccounted:
            yield f"{unaccounted} blocks of {name} are unaccounted for"
    for left_out in (*entry["skipped"], *entry["elsewhere"]):
        if not left_out["reason"].strip():
            yield f"{left_out['page']}:{left_out['line']}: no reason"
    share = share_run(entry)
    if share < least:
        yield f"{share:.1f} % of the blocks meant for it were run, not {least:g} %"


def check_marked(ledger: dict[str, Entry]) -> Iterator[str]:
    """Say whether too many blocks are marked for one target."""
    found = ledger["host"]["found"]
    marked = sum(len(entry["elsewhere"]) for entry in ledger.values())
    if marked * 100 > found * MOST_ELSEWHERE:
        yield f"{marked} of {found} blocks are for one target only, more than {MOST_ELSEWHERE:g} %"


def compare_targets(ledger: dict[str, Entry]) -> Iterator[str]:
    """Say where the two targets differ by more than the blocks marked for one of them."""
    host, container = (ledger[target]["pages"] for target in LEAST_RUN)
    for name in sorted({*host, *container}):
        facts = [reduce_page(pages.get(name), ledger, name) for pages in (host, container)]
        if facts[0] != facts[1]:
            yield f"{name}: host and container differ: {facts[0]}, {facts[1]}"


def reduce_page(page: Entry | None, ledger: dict[str, Entry], name: str) -> Entry | None:
    """Give what must be equal of a page: what was found, skipped, failed, and run by both."""
    if page is None:
        return None
    marked = sum(len(ledger[target]["pages"].get(name, page)["elsewhere"]) for target in LEAST_RUN)
    run_by_both = page["run"] + len(page["elsewhere"]) - marked
    same = {key: page[key] for key in ("found", "failed", "skipped")}
    return {**same, "run by both": run_by_both}


def count_known(entry: Entry) -> int:
    """Count the blocks of which it is known what became of them."""
    return int(entry["run"]) + len(entry["skipped"]) + len(entry["elsewhere"])


def share_run(entry: Entry) -> float:
    """Give the share of the blocks meant for a target that were run, in percent."""
    meant = entry["found"] - len(entry["elsewhere"])
    return 100.0 * entry["run"] / meant if meant else 0.0


def main() -> int:
    """Print what does not hold."""
    found = list(check_ledger(json.loads(LEDGER.read_text())))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
