# SPDX-License-Identifier: Apache-2.0
"""A comparison as text."""

from collections.abc import Iterator
from typing import Any

from dioptra.reproduction.difference import Comparison, Weight

HASH_DIGITS = 64
SHOWN_DIGITS = 12


def format_comparison(comparison: Comparison, names: tuple[str, str]) -> str:
    """Write the verdict and what differs.

    Args:
        comparison: The comparison.
        names: What to call the two results, such as ``("recorded", "now")``.

    Returns:
        ``PASS`` or ``FAIL`` with the number of fields, then a line for each field that differs.
    """
    return "\n".join(_make_lines(comparison, names)) + "\n"


def _make_lines(comparison: Comparison, names: tuple[str, str]) -> Iterator[str]:
    faults, within, circumstances = map(
        comparison.list_by, (Weight.FAULT, Weight.WITHIN, Weight.CIRCUMSTANCE)
    )
    n = comparison.n_fields
    if faults:
        yield f"FAIL  {len(faults)} of {n} fields differ"
    else:
        yield f"PASS  {n} fields compared"
    headings = (
        ("differs", faults),
        ("differs within the tolerance", within),
        ("circumstances that differ; by themselves they do not matter", circumstances),
    )
    for heading, differences in headings:
        if differences:
            yield f"{heading}:"
        for one in differences:
            pair = zip(names, (one.first, one.second), strict=True)
            yield f"  {one.field}: " + ", ".join(f"{name} {_shorten(v)}" for name, v in pair)


def _shorten(value: Any) -> str:
    text = str(value)
    is_hash = len(text) == HASH_DIGITS and all(digit in "0123456789abcdef" for digit in text)
    return f"{text[:SHOWN_DIGITS]}..." if is_hash else text
