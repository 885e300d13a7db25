# SPDX-License-Identifier: Apache-2.0
"""How numbers and lists read in the report."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dioptra.sdk.intervals import Interval

MISSING = "–"  # noqa: RUF001 - typography's sign for an empty cell
TO = "–"  # noqa: RUF001 - and for a range
# Smaller ones are lost, as floating-point numbers end.
SMALLEST = 1e-300
THOUSAND = 1000
MINUTE = 60
HOUR = 3600


def percent(share: float) -> str:
    """Write a share in [0, 1] as percent, such as ``12.5 %``."""
    return f"{100 * share:.1f} %"


def percent_range(interval: "Interval | None") -> str:
    """Write both ends of an interval as percent, such as ``9.6–15.8 %``; a dash for none."""  # noqa: RUF002
    if interval is None:
        return MISSING
    low, high = (100 * share for share in interval)
    return f"{low:.1f}{TO}{high:.1f} %"


def probability(p_value: float) -> str:
    """Write a p-value with its sign, such as ``= 0.012``; of those close to 0 the power of ten."""
    return f"= {p_value:.2g}" if p_value >= SMALLEST else f"< {SMALLEST:g}"


def points(difference: float) -> str:
    """Write a difference of two shares in percentage points, such as ``86.4 points``."""
    return f"{100 * difference:.1f} points"


def seconds(duration: float) -> str:
    """Write seconds in the units that suit them, such as ``2 min 20 s``."""
    if round(duration, 1) < MINUTE:
        return f"{duration:.1f} s"
    whole = round(duration)
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


def number(item: object) -> str:
    """Write what was measured: thousands grouped, four digits at least, a dash for nothing."""
    match item:
        case None:
            return MISSING
        case int() if not isinstance(item, bool):
            return f"{item:,}"
        case float():
            return f"{item:,.0f}" if abs(item) >= THOUSAND else f"{item:#.4g}"
        case _:
            return setting(item)


def setting(item: object) -> str:
    """Write a setting, exactly: lists joined, booleans as words."""
    match item:
        case None:
            return MISSING
        case bool():
            return "yes" if item else "no"
        case list():
            return ", ".join(map(setting, item))
        case _:
            return str(item)


def keep_together(sentence: str) -> str:
    """Forbid line breaks within ``12.5 %``, ``eps 0.3`` and ``l-inf``."""
    unbroken = re.sub(r" (?=%)|(?<=\beps) (?=\d)", "\N{NO-BREAK SPACE}", sentence)
    return re.sub(r"(?<=\bl)-(?=\w)", "\N{NON-BREAKING HYPHEN}", unbroken)


def enumerate_words(words: Iterable[str]) -> str:
    """Join words as a sentence does: ``a``, ``a and b``, ``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def norm_name(norm: str) -> str:
    """Name a norm the way the field does, such as ``l-inf`` for ``"inf"``."""
    return norm if norm.startswith("l") else f"l-{norm}"


def shorten(name: str, length: int) -> str:
    """Cut a name to a number of characters, the last then an ellipsis."""
    return name if len(name) <= length else f"{name[: length - 1]}…"
