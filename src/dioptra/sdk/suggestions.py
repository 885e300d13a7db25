# SPDX-License-Identifier: Apache-2.0
"""The part of an error message that helps with a misspelt name."""

import difflib
from collections.abc import Iterable


def known_names(name: str, known: Iterable[str]) -> str:
    """Name the nearest known names, or all where none is near; empty if none is known.

    Args:
        name: The name that was not found.
        known: The names that exist.

    Returns:
        Text such as ``"did you mean 'fgm'? "`` or ``"known: fgm, train; "``.
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names)
    if near:
        return f"did you mean {' or '.join(repr(candidate) for candidate in near)}? "
    return f"known: {', '.join(names)}; " if names else ""
