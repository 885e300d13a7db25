# SPDX-License-Identifier: Apache-2.0
"""Classes are the same where their names are, whatever their order and number."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from unicodedata import normalize

from dioptra.sdk.exceptions import DatasetError

# Nobody reads a thousand names for the sake of one.
SHOWN = 10


def match_classes(known: Sequence[str], found: Sequence[str]) -> tuple[int, ...]:
    """Find classes among those that are known, by their names.

    Args:
        known: The names of the classes that a model tells apart, in the order of its outputs.
        found: Those of a data set; a subset, and in any order.

    Returns:
        For each class of ``found`` its place in ``known``, from 0.

    Raises:
        DatasetError: A name of ``found`` is not known, or one stands twice in either.
    """
    for names in (known, found):
        for name, times in Counter(names).items():
            if times > 1:
                raise DatasetError(f"{times} classes are named {name!r}; rename all but one")
    places = {name: place for place, name in enumerate(known)}
    unknown = [name for name in found if name not in places]
    if unknown:
        found_names = set(found)
        missing = [name for name in known if name not in found_names]
        raise DatasetError(
            f"unknown classes: {_list(unknown)}; known classes that have no folder: "
            f"{_list(missing) or 'none'}{_hint(unknown, missing)}; name each class folder as its "
            "class is named"
        )
    return tuple(places[name] for name in found)


def _hint(unknown: Iterable[str], missing: Iterable[str]) -> str:
    near = {_reduce(name): name for name in missing}
    pairs = [f"{name!r} and {near[_reduce(name)]!r}" for name in unknown if _reduce(name) in near]
    if not pairs:
        return ""
    return f" (only zero padding, case or whitespace tell apart {_join(pairs)})"


def _reduce(name: str) -> str:
    # "01", " 1" and "1" are one number, and "Left Hand" and "lefthand" one word.
    plain = "".join(normalize("NFC", name).casefold().split())
    return re.sub(r"(?<!\d)0+(?=\d)", "", plain)


def _list(names: Sequence[str]) -> str:
    return _join([repr(name) for name in names])


def _join(texts: Sequence[str]) -> str:
    more = len(texts) - SHOWN
    return ", ".join(texts[:SHOWN]) + (f" and {more} more" if more > 0 else "")
