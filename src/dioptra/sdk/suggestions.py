# SPDX-License-Identifier: Apache-2.0
"""The part of an error message that helps with a misspelt name."""

import difflib
from collections.abc import Iterable


def suggest_names(name: str, known: Iterable[str]) -> str:
    """Name the nearest known names, or all where none is near, at the end of a message.

    Args:
        name: The name that was not found.
        known: The names that exist.

    Returns:
        Text such as ``"did you mean 'fgm'?"`` or ``"known: fgm, train"``; empty if none is known.
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names)
    if near:
        return f"did you mean {' or '.join(repr(candidate) for candidate in near)}?"
    return f"known: {', '.join(names)}" if names else ""


def known_names(name: str, known: Iterable[str]) -> str:
    """Name the same before more that is said.

    Args:
        name: The name that was not found.
        known: The names that exist.

    Returns:
        Text such as ``"did you mean 'fgm'? "`` or ``"known: fgm, train; "``, or empty.
    """
    text = suggest_names(name, known)
    return f"{text}{'' if text.endswith('?') else ';'} " if text else ""
