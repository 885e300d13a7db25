# SPDX-License-Identifier: Apache-2.0
"""Docstrings as Napoleon should read them."""

import re

SECTION = re.compile(r"(?:Returns|Yields):")
SENTENCE = re.compile(r"(\s*)(?=[^\s:])")


def keep_colons(
    _app: object, kind: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Keep the sentences of results and attributes whole.

    Napoleon takes what stands before a colon for a type. Types stand in signatures here, so a colon
    is put before the sentence: the type is then empty.

    Args:
        kind: What the docstring belongs to.
        lines: The docstring, changed in place.
    """
    starts = [number + 1 for number, line in enumerate(lines[:-1]) if SECTION.fullmatch(line)]
    if kind in {"attribute", "data", "property"}:
        starts.append(0)
    for start in starts:
        if start < len(lines):
            lines[start] = SENTENCE.sub(r"\1: ", lines[start], count=1)
