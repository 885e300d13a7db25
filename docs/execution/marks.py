"""Marks: comments about the next block."""

import re

from sybil import Region

from execution.blocks import Failure, Mark

REASON = re.compile(r'next\s+"(?P<value>[^"]*\S[^"]*)"')
FORMS = {
    "skip": REASON,
    "host-only": REASON,
    "container-only": REASON,
    "prefect-server": REASON,
    "exits": re.compile(r"next\s+(?P<value>\d+)"),
}
# Markdown has no options for these.
MARKDOWN_FORMS = {
    **FORMS,
    "file": re.compile(r"(?P<value>\S.*)"),
    "name": re.compile(r"(?P<value>[\w-]+)"),
}
EXAMPLES = {"exits": "exits: next 1", "file": "file: path/of/file", "name": "name: word"}


def read_mark(region: Region, line: int) -> Mark:
    """Read a mark from its region.

    Raises:
        Failure: The mark has another form, or no reason.
    """
    kind = region.lexemes["directive"]
    words = f"{region.lexemes['arguments'] or ''} {region.lexemes['source'] or ''}".split()
    found = MARKDOWN_FORMS[kind].fullmatch(" ".join(words))
    if found is None:
        example = EXAMPLES.get(kind, f'{kind}: next "reason"')
        raise Failure(line, f"this mark must read: {example}")
    return Mark(kind, line, found["value"])
