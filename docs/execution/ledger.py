"""The ledger: how many blocks were found, run, failed and left out, per target and page."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

NUMBERS = ("found", "run", "failed")
LISTS = ("skipped", "elsewhere")


def start_entry() -> dict[str, Any]:
    """Start the figures of a page, or of all."""
    return {**dict.fromkeys(NUMBERS, 0), **{name: [] for name in LISTS}}


class Ledger:
    """The figures of one run."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {}

    def add(self, about: Mapping[str, Any], *, failed: bool) -> None:
        """Add what the report of an item says.

        Args:
            about: The page, the line, and either how many blocks were ``found`` on the page or
                what became of a ``block``: ``run``, ``not run``, ``skipped`` or ``elsewhere``.
            failed: Whether it failed.
        """
        entry = self.pages.setdefault(about["page"], start_entry())
        entry["found"] += about.get("found", 0)
        outcome = about.get("block")
        if outcome in LISTS:
            entry[outcome].append({name: about[name] for name in ("page", "line", "reason")})
        elif outcome == "run":
            entry["run"] += 1
        entry["failed"] += int(failed)

    def total(self) -> dict[str, Any]:
        """Give the figures of all pages, and those of each."""
        total = start_entry()
        for _, entry in sorted(self.pages.items()):
            for name in (*NUMBERS, *LISTS):
                total[name] += entry[name]
        return {**total, "pages": dict(sorted(self.pages.items()))}

    def write(self, path: Path, target: str) -> None:
        """Write the figures as those of a target; those of the other target stay."""
        path.parent.mkdir(parents=True, exist_ok=True)
        known = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**known, target: self.total()}, indent=2) + "\n")

    def show(self) -> Iterator[str]:
        """Show the figures as lines of a table."""
        width = max(map(len, self.pages), default=0)
        heads = (*NUMBERS, *LISTS)
        yield " ".join([" " * width, *(f"{name:>9}" for name in heads)])
        for name, entry in [*sorted(self.pages.items()), ("all", self.total())]:
            figures = [entry[head] if head in NUMBERS else len(entry[head]) for head in heads]
            yield " ".join([name.ljust(width), *(f"{figure:>9}" for figure in figures)])
