"""Compares printed output with the expected one, where ``...`` stands for what varies."""

import difflib
import re
from collections.abc import Sequence

# Of four dots, the first is a dot, so that a number may read 0....
VARIES = re.compile(r"\.\.\.(?!\.)")


def split_lines(output: str) -> list[str]:
    """Split output into lines as a terminal shows them, without trailing blanks."""
    lines = [line.rstrip().rpartition("\r")[2] for line in output.rstrip().split("\n")]
    return [] if lines == [""] else lines


def find_difference(wanted: Sequence[str], got: Sequence[str]) -> int | None:
    """Find the first wanted line that does not fit; the number of lines for what is surplus.

    ``...`` matches within a line; a line of only ``...`` matches any number of lines.
    """
    reached = {0}
    for index, line in enumerate(wanted):
        if is_gap(line):
            reached = set(range(min(reached), len(got) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(got) and fits(line, got[at])}
        if not reached:
            return index
    return None if len(got) in reached else len(wanted)


def is_gap(wanted: str) -> bool:
    """Tell whether a line stands for any number of lines."""
    return wanted.strip() == "..."


def fits(wanted: str, got: str) -> bool:
    """Tell whether one line fits; a printed tab may be any number of blanks on a page."""
    if "\t" in got:
        wanted, got = (" ".join(line.split()) for line in (wanted, got))
    pattern = ".*".join(re.escape(part) for part in VARIES.split(wanted.rstrip()))
    return re.fullmatch(pattern, got.rstrip()) is not None


def show_difference(wanted: Sequence[str], got: Sequence[str]) -> str:
    """Show how output differs, line by line; lines that fit are shown as they were printed."""
    shown = [next((line for line in got if fits(want, line)), want) for want in wanted]
    shown = [want if is_gap(want) else line for want, line in zip(wanted, shown, strict=True)]
    lines = difflib.unified_diff(shown, got, "the page", "printed", lineterm="", n=3)
    return "\n".join(lines)
