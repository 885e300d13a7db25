# SPDX-License-Identifier: Apache-2.0
"""The pixel interval of a model, as a command line takes it."""

import math

from dioptra.sdk.exceptions import ParameterError

SEPARATOR = ".."


def parse_interval(text: str) -> tuple[float, float]:
    """Read a pixel interval.

    Args:
        text: What a byte 0 and a byte 255 are in the model's input: ``"0..1"``, ``"-1..1"``,
            ``"0..255"``.

    Returns:
        Both ends.

    Raises:
        ParameterError: The text is not such, or the second end is not above the first.
    """
    low, separator, high = text.partition(SEPARATOR)
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = math.nan, math.nan
    if not separator or not all(map(math.isfinite, ends)) or ends[0] >= ends[1]:
        raise ParameterError(
            f"{text!r} is no pixel interval; write what a byte 0 and a byte 255 are in the model's "
            "input, such as 0..1, -1..1 or 0..255"
        )
    return ends


def format_interval(interval: tuple[float, float]) -> str:
    """Write a pixel interval as :func:`parse_interval` reads it.

    Args:
        interval: Both ends.

    Returns:
        Text such as ``"-1..1"``.
    """
    return SEPARATOR.join(repr(int(end) if end == int(end) else end) for end in interval)
