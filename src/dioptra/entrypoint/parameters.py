# SPDX-License-Identifier: Apache-2.0
"""A flow's parameters, and their values from text."""

import contextlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import ParameterError
from dioptra.sdk.suggestions import suggest_names

if TYPE_CHECKING:
    from prefect import Flow


def parse_parameters(flow: "Flow[..., Any]", texts: Mapping[str, str]) -> dict[str, Any]:
    """Turn text, as it comes from a command line, into checked values.

    Args:
        flow: The flow; its signature says what it takes.
        texts: Names and texts. The elements of a list are separated by commas, a dictionary is
            JSON; the empty text and ``none`` stand for None where the parameter may be None.

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
    values = {name: _split(text, schema.properties[name]) for name, text in texts.items()}
    try:
        checked = flow.validate_parameters(get_call_parameters(flow.fn, (), values))
    except ParameterTypeError as error:
        _, *faults = str(error).split("\n - ")
        got = ", ".join(f"{name}={texts[name]!r}" for name in texts if _names(faults, name))
        raise ParameterError(f"{flow.name}: {'; '.join(faults)} (got {got})") from None
    return {name: checked[name] for name in texts}


def format_value(value: Any) -> str:
    """Write a parameter's value as a command line takes it.

    Args:
        value: A value that a parameter may have.

    Returns:
        Text that :func:`parse_parameters` reads as this value: ``"28,28,1"``, ``"none"``.
    """
    if value is None:
        return "none"
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return ",".join(map(format_value, value))
    return str(value)


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
        listed = ",".join(describe_type(item) for item in items)
        return listed if "prefixItems" in schema else f"{listed},..."
    if schema.get("type") == "object":
        return "JSON"
    return str(schema.get("format") or schema.get("const") or schema.get("type", "text"))


def _names(faults: list[str], name: str) -> bool:
    return any(fault.split(":")[0].split(".")[0] == name for fault in faults)


def _split(text: str, schema: Mapping[str, Any]) -> Any:
    options = schema.get("anyOf", [schema])
    if any(option.get("type") == "null" for option in options) and text.lower() in ("", "none"):
        return None
    if any(option.get("type") == "array" for option in options):
        return [item.strip() for item in text.split(",") if item.strip()]
    if any(option.get("type") == "object" for option in options):
        with contextlib.suppress(json.JSONDecodeError):
            return json.loads(text)
    return text
