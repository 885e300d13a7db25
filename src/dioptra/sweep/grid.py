# SPDX-License-Identifier: Apache-2.0
"""The points of a sweep: every combination of the values of its parameters."""

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint import parse_parameters
from dioptra.sdk.exceptions import ParameterError

if TYPE_CHECKING:
    from prefect import Flow

ID_LENGTH = 12
RANGE_PARTS = (2, 3)


@dataclass(frozen=True)
class Point:
    """One combination: parameters as text, and an id that follows from their values."""

    id: str
    texts: dict[str, str]
    parameters: dict[str, Any]


def make_points(flow: "Flow[..., Any]", assignments: Iterable[tuple[str, str]]) -> list[Point]:
    """Make the points of a sweep; the parameter that was named last changes fastest.

    Args:
        flow: The flow of the entry point.
        assignments: Names and texts. A text is a value, values separated by commas, or a range
            ``FIRST:LAST:STEP`` with both ends; a step of 1 may be left out. Where the parameter is
            itself a list, commas belong to it. A name that comes twice has the values of both.

    Returns:
        The points, at least one.

    Raises:
        ParameterError: A range is empty, a value comes twice, or the entry point does not take it.
    """
    axes: dict[str, list[str]] = {}
    for name, text in assignments:
        axes.setdefault(name, []).extend(expand(text, whole=takes_list(flow, name)))
    points: dict[str, Point] = {}
    for combination in itertools.product(*axes.values()):
        point = make_point(flow, dict(zip(axes, combination, strict=True)))
        if point.id in points:
            raise ParameterError(f"a point comes twice: {describe(point.texts)}")
        points[point.id] = point
    return list(points.values())


def make_point(flow: "Flow[..., Any]", texts: Mapping[str, str]) -> Point:
    """Make one point.

    Args:
        flow: The flow of the entry point.
        texts: Its parameters as text.

    Returns:
        The point.

    Raises:
        ParameterError: The entry point does not take them.
    """
    from pydantic_core import to_jsonable_python

    values = to_jsonable_python(parse_parameters(flow, texts))
    return Point(_make_id(values), dict(texts), values)


def expand(text: str, *, whole: bool = False) -> list[str]:
    """List the values that a text stands for.

    Args:
        text: A value, values separated by commas, or ranges among them.
        whole: Whether commas belong to the value.

    Returns:
        The values as text: of ``"0.1:0.3:0.1"``, ``["0.1", "0.2", "0.3"]``.

    Raises:
        ParameterError: A range is empty or endless.
    """
    parts = [text] if whole else text.split(",")
    return [value for part in parts for value in _expand_range(part.strip())]


def takes_list(flow: "Flow[..., Any]", name: str) -> bool:
    """Tell whether commas in the text of a parameter belong to its value.

    Args:
        flow: The flow of the entry point.
        name: The parameter.

    Returns:
        Whether it is a list.
    """
    schema = flow.parameters.properties.get(name, {})
    return any(option.get("type") == "array" for option in schema.get("anyOf", [schema]))


def describe(texts: Mapping[str, str]) -> str:
    """Write a point as a command line gives it: ``eps=0.1 seed=3``.

    Args:
        texts: Its parameters.

    Returns:
        Names and texts on one line.
    """
    return " ".join(f"{name}={text}" for name, text in texts.items())


def _expand_range(text: str) -> list[str]:
    try:
        numbers = [Decimal(part) for part in text.split(":")]
    except InvalidOperation:
        return [text]
    if len(numbers) not in RANGE_PARTS:
        return [text]
    first, last, step = (*numbers, Decimal(1))[:3]
    if not all(number.is_finite() for number in (first, last, step)) or step == 0:
        raise ParameterError(f"the range {text!r} has no end; write FIRST:LAST:STEP")
    if (last - first) * step < 0:
        raise ParameterError(
            f"the range {text!r} is empty: from {first} it does not get to {last} by steps of "
            f"{step}; write FIRST:LAST:STEP"
        )
    # Decimal numbers, so that three steps of 0.1 are 0.3.
    return [str(first + number * step) for number in range(int((last - first) / step) + 1)]


def _make_id(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]
