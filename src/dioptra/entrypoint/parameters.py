# SPDX-License-Identifier: Apache-2.0
"""A flow's parameters, and their values from text."""

import inspect
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dioptra.entrypoint.groups import check_groups
from dioptra.entrypoint.values import (
    format_value,
    list_kinds,
    read_value,
    simplify,
    write_plainly,
)
from dioptra.sdk.exceptions import ParameterError
from dioptra.sdk.suggestions import suggest_names

if TYPE_CHECKING:
    from prefect import Flow
    from pydantic import BaseModel

__all__ = [
    "describe_type",
    "format_parameters",
    "format_value",
    "parse_parameters",
    "takes_list",
]


def parse_parameters(flow: "Flow[..., Any]", texts: Mapping[str, str]) -> dict[str, Any]:
    """Turn text, as it comes from a command line, into checked values.

    Args:
        flow: The flow; its signature says what it takes.
        texts: Names and texts. The elements of a list are separated by commas, or it is JSON; a
            dictionary is JSON. The empty text and ``none`` stand for None where the parameter may
            be None; in double quotes, they stand for themselves.

    Returns:
        The values of the parameters that were given, of the types of the signature.

    Raises:
        ParameterError: A parameter is unknown or missing, or a value is not allowed.
    """
    from prefect.exceptions import ParameterTypeError
    from prefect.utilities.callables import get_call_parameters

    schema = flow.parameters
    for name in texts:
        if name not in schema.properties:
            raise ParameterError(
                f"{flow.name} has no parameter {name!r}; {suggest_names(name, schema.properties)}"
            )
    missing = [name for name in schema.required or [] if name not in texts]
    if missing:
        raise ParameterError(f"{flow.name} needs a value for: {', '.join(missing)}")
    values = {name: _read(flow, name, text) for name, text in texts.items()}
    try:
        checked = flow.validate_parameters(get_call_parameters(flow.fn, (), values))
    except ParameterTypeError as error:
        _, *faults = str(error).split("\n - ")
        got = ", ".join(f"{name}={texts[name]!r}" for name in texts if _names(faults, name))
        raise ParameterError(f"{flow.name}: {'; '.join(faults)} (got {got})") from None
    check_groups(flow.fn, checked)
    return {name: checked[name] for name in texts}


def format_parameters(flow: "Flow[..., Any]", values: Mapping[str, Any]) -> dict[str, str]:
    """Write values as a command line takes them.

    Args:
        flow: The flow.
        values: Its parameters by name, or what JSON holds of them.

    Returns:
        Texts that :func:`parse_parameters` reads as these values: as plain as can be, and JSON
        where the plain text would be read as something else.
    """
    return {name: _write(flow, name, value) for name, value in values.items()}


def takes_list(flow: "Flow[..., Any]", name: str) -> bool:
    """Tell whether commas in the text of a parameter belong to its value.

    Args:
        flow: The flow of the entry point.
        name: The parameter.

    Returns:
        Whether it is a list.
    """
    schema = flow.parameters.properties.get(name, {})
    kinds = list_kinds(schema, flow.parameters.definitions or {})
    return any(kind.get("type") == "array" for kind in kinds)


def describe_type(schema: Mapping[str, Any]) -> str:
    """Name the type of a parameter, as a command line shows it.

    Args:
        schema: The parameter's JSON schema.

    Returns:
        ``"number"``, ``"integer,integer,integer"``, ``"{a|b}"`` and the like.
    """
    if "enum" in schema:
        return "{" + "|".join(str(value) for value in schema["enum"]) + "}"
    if "anyOf" in schema:
        kinds = [describe_type(option) for option in schema["anyOf"]]
        return " or ".join(kind for kind in kinds if kind != "null")
    if schema.get("type") == "array":
        items = schema.get("prefixItems") or [schema.get("items", {})]
        if any(item.get("type") in ("array", "object") for item in items):
            return "JSON"
        listed = ",".join(describe_type(item) for item in items)
        return listed if "prefixItems" in schema else f"{listed},..."
    if schema.get("type") == "object":
        return "JSON"
    return str(schema.get("format") or schema.get("const") or schema.get("type", "text"))


def _names(faults: list[str], name: str) -> bool:
    return any(fault.split(":")[0].split(".")[0] == name for fault in faults)


def _read(flow: "Flow[..., Any]", name: str, text: str) -> Any:
    schema = flow.parameters
    try:
        return read_value(text, schema.properties[name], schema.definitions or {})
    except ParameterError as error:
        raise ParameterError(f"{flow.name}: {name}: {error} (got {name}={text!r})") from None


def _write(flow: "Flow[..., Any]", name: str, value: Any) -> str:
    simple = simplify(value)
    plain = write_plainly(simple)
    if name in flow.parameters.properties:
        wanted = _check(flow.fn, name, value)
        for text in (plain, json.dumps(simple)):
            if wanted is not None and _read_back(flow, name, text) == wanted:
                return text
    # Of a type that text cannot give.
    return plain


def _read_back(flow: "Flow[..., Any]", name: str, text: str) -> str | None:
    try:
        return _check(flow.fn, name, _read(flow, name, text))
    except ParameterError:
        return None


def _check(function: Callable[..., Any], name: str, value: Any) -> str | None:
    from pydantic import ValidationError

    try:
        # Equality would take 1 for True, and no NaN for itself.
        return repr(_make_model(function, name)(value=value))
    except ValidationError:
        return None


@lru_cache
def _make_model(function: Callable[..., Any], name: str) -> "type[BaseModel]":
    from pydantic import ConfigDict, create_model

    kind = inspect.signature(function, eval_str=True).parameters[name].annotation
    config = ConfigDict(arbitrary_types_allowed=True)
    annotation = Any if kind is inspect.Parameter.empty else kind
    return create_model("Value", __config__=config, value=(annotation, ...))
