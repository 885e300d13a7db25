# SPDX-License-Identifier: Apache-2.0
"""The points of a sweep: every combination of the values of its parameters."""

import hashlib
import itertools
import json
import math
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint import format_parameters, format_value, parse_parameters, takes_list
from dioptra.sdk.exceptions import ParameterError

if TYPE_CHECKING:
    from prefect import Flow

ID_LENGTH = 12
RANGE_PARTS = (2, 3)
# Each is a run; so many take days, and far more would fill the memory.
MOST_POINTS = 100_000


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
            ``FIRST:LAST:STEP`` with both ends; a step of 1 may be left out between whole numbers.
            Where the parameter is itself a list, commas belong to it, and so they do within JSON
            objects and texts in double quotes. A JSON list holds values as they are. A name that
            comes twice has the values of both.

    Returns:
        The points, at least one.

    Raises:
        ParameterError: A range is empty, or does not reach its end; there are more than 100,000
            points; a value comes twice, or the entry point does not take it.
    """
    axes: dict[str, list[str]] = {}
    for name, text in assignments:
        axes.setdefault(name, []).extend(list_values(flow, name, text))
    total = math.prod(map(len, axes.values()))
    if total > MOST_POINTS:
        sizes = " x ".join(f"{len(texts):,} of {name}" for name, texts in axes.items())
        raise ParameterError(
            f"these are {total:,} points ({sizes}); a sweep has at most {MOST_POINTS:,}: name "
            "fewer values, or share them among several sweeps"
        )
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


def list_values(flow: "Flow[..., Any]", name: str, text: str) -> list[str]:
    """List the values that a sweep's text stands for.

    Args:
        flow: The flow of the entry point.
        name: The parameter.
        text: See ``make_points``.

    Returns:
        A text for each value, as :func:`dioptra.entrypoint.parse_parameters` takes it.

    Raises:
        ParameterError: See :func:`expand`.
    """
    return expand(
        text,
        whole=takes_list(flow, name),
        write=lambda value: format_parameters(flow, {name: value})[name],
    )


def expand(
    text: str, *, whole: bool = False, write: Callable[[Any], str] = format_value
) -> list[str]:
    """List the values that a text stands for.

    Args:
        text: A value, values separated by commas, or ranges among them; or a JSON list of values.
        whole: Whether commas belong to the value.
        write: Writes a value of a JSON list, or a text that stood in double quotes.

    Returns:
        The values as text: of ``"0.1:0.3:0.1"``, ``["0.1", "0.2", "0.3"]``.

    Raises:
        ParameterError: A range is empty, endless or too long, or does not reach its end. Or what
            begins like JSON is none.
    """
    if whole:
        return _expand_range(text.strip())
    if text.lstrip().startswith("["):
        return [write(value) for value in _load_list(text)]
    items = list(_split(text))
    if len(items) > 1 and "" in items:
        raise ParameterError(
            f'a value is missing beside a comma in {text!r}; write the empty text as ""'
        )
    return [
        value
        for item in items
        for value in ([write(json.loads(item))] if item[:1] == '"' else _expand_range(item))
    ]


def describe(texts: Mapping[str, str]) -> str:
    """Write a point as a command line gives it: ``eps=0.1 seed=3``.

    Args:
        texts: Its parameters.

    Returns:
        Names and texts on one line.
    """
    return " ".join(shlex.quote(f"{name}={text}") for name, text in texts.items())


def _load_list(text: str) -> list[Any]:
    try:
        values = json.loads(text)
    except ValueError as error:
        raise _no_json(text) from error
    if not values:
        raise ParameterError(f"{text!r} holds no value")
    return list(values)


def _split(text: str) -> Iterator[str]:
    start = 0
    while True:
        start = len(text) - len(text[start:].lstrip())
        end = _find_end(text, start)
        yield text[start:end].strip()
        if end == len(text):
            return
        start = end + 1


def _find_end(text: str, start: int) -> int:
    if text[start : start + 1] not in ('"', "{", "["):
        comma = text.find(",", start)
        return len(text) if comma < 0 else comma
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except ValueError as error:
        raise _no_json(text[start:]) from error
    rest = text[end:].lstrip()
    if rest and rest[0] != ",":
        raise _no_json(text[start:])
    return len(text) - len(rest)


def _no_json(text: str) -> ParameterError:
    return ParameterError(
        f"{text!r} begins like JSON, and is none; write a text that begins so in double quotes: "
        f"{json.dumps(text)}"
    )


def _expand_range(text: str) -> list[str]:
    try:
        numbers = [Decimal(part) for part in text.split(":")]
    except DecimalException:
        return [text]
    if len(numbers) not in RANGE_PARTS:
        return [text]
    first, last, step = (*numbers, Decimal(1))[:3]
    if not all(number.is_finite() for number in (first, last, step)) or step == 0:
        raise ParameterError(f"the range {text!r} has no end; write FIRST:LAST:STEP")
    try:
        values = _walk(text, first, last, step)
        is_whole = all(number == number.to_integral_value() for number in (first, last))
    except DecimalException as error:
        raise ParameterError(f"the range {text!r} has numbers too large to count with") from error
    if len(numbers) == min(RANGE_PARTS) and not is_whole:
        raise ParameterError(f"the range {text!r} has no step; write it behind: {text}:STEP")
    if values[-1] != last:
        raise ParameterError(
            f"the range {text!r} does not reach {last}: its last value would be {values[-1]}; "
            "name that one as the last, or name the values, with commas between them"
        )
    return list(map(str, values))


def _walk(text: str, first: Decimal, last: Decimal, step: Decimal) -> list[Decimal]:
    if (last - first) * step < 0:
        raise ParameterError(
            f"the range {text!r} is empty: from {first} it does not get to {last} by steps of "
            f"{step}; write FIRST:LAST:STEP"
        )
    steps = (last - first) / step
    if steps >= MOST_POINTS:
        raise ParameterError(
            f"the range {text!r} has more values than the {MOST_POINTS:,} points that a sweep has "
            "at most; write it with a longer step"
        )
    # Decimal numbers, so that three steps of 0.1 are 0.3.
    return [first + number * step for number in range(int(steps) + 1)]


def _make_id(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]
