"""Writes into README.md how many blocks were executed: ``python -m execution.badge [--check]``."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from execution.gates import LEDGER

README = Path("README.md")
PLACE = re.compile(r"(?<=<!-- executed -->).*?(?=<!-- /executed -->)", re.DOTALL)


def write_line(ledger: dict[str, dict[str, Any]]) -> str:
    """Write the sentence, from the figures of both targets."""
    host, container = ledger["host"], ledger["container"]
    found = host["found"]
    return (
        f"Of the {found} code blocks in the guide and on this page, {describe(host['run'], found)} "
        f"are executed\non the host and {describe(container['run'], found)} in a container "
        "by `make docs-test`,\nand their output is compared with what is printed."
    )


def describe(run: int, found: int) -> str:
    """Give a number with its share; only all are 100 %."""
    return f"{run} ({100 * run // found} %)"


def main(words: list[str]) -> int:
    """Renew the sentence, or tell whether it is that of the ledger."""
    text = README.read_text(encoding="utf-8")
    if not PLACE.search(text):
        sys.stderr.write(f"{README} has no place for it: <!-- executed --><!-- /executed -->\n")
        return 1
    line = write_line(json.loads(LEDGER.read_text()))
    renewed = PLACE.sub(f"\n{line}\n", text)
    if "--check" in words and renewed != text:
        sys.stderr.write(f"{README} tells another number of executed blocks; run make docs-test\n")
        return 1
    README.write_text(renewed, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
