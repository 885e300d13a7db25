# SPDX-License-Identifier: Apache-2.0
"""Turns plain data into checked results, and what is wrong with it into one readable error."""

from reprlib import repr as short
from typing import TYPE_CHECKING

from dioptra.sdk.exceptions import ResultsError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from dioptra.report.schema import Results

REMEDY = "correct it, or run again the step that measured it"


def check_results(data: object, source: str) -> "Results":
    """Check data against the schema of ``results.json``.

    Args:
        data: What the file holds, or is to hold.
        source: Where the data comes from, for the message.

    Returns:
        The same data with names and types.

    Raises:
        ResultsError: A key is missing, or a value has the wrong type or is out of range; the
            message names the first such field.
    """
    from pydantic import ValidationError

    from dioptra.report.schema import Results

    try:
        return Results.model_validate(data)
    except ValidationError as error:
        first, *others = error.errors(include_url=False)
        more = f" ({len(others)} more fields are wrong)" if others else ""
        raise ResultsError(f"{source}: {_describe(first)}{more}; {REMEDY}") from None


def _describe(error: "ErrorDetails") -> str:
    field = _field(error["loc"])
    if error["type"] == "missing":
        return f"{field} is missing"
    if error["type"] in {"unknown_model", "repeated"}:
        return f"{field}{error['msg']}"
    message = error["msg"].replace("Input should", "it should")
    return f"{field} is {short(error['input'])}: {message}"


def _field(loc: tuple[int | str, ...]) -> str:
    """Write a location as one would in Python, such as ``attacks[0].eps``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return "".join(parts).removeprefix(".") or "the whole"
