# SPDX-License-Identifier: Apache-2.0
"""A value as text of a command line, and back: plain where that is enough, JSON where it is not."""

import json
from collections.abc import Mapping
from typing import Any

from dioptra.sdk.exceptions import ParameterError

NONE = ("", "none")
NUMBERS = {bool: ("boolean",), int: ("integer", "number"), float: ("number",)}

Schema = Mapping[str, Any]


def format_value(value: Any) -> str:
    """Write a value as a command line takes it, whatever parameter it belongs to.

    Args:
        value: A value that a parameter may have.

    Returns:
        ``"28,28,1"``, ``"none"`` and the like; JSON for a dictionary, and for a list that commas
        alone do not hold, such as ``'["a,b", "c"]'``.
    """
    simple = simplify(value)
    if isinstance(simple, dict):
        return json.dumps(simple)
    if not isinstance(simple, list):
        return write_plainly(simple)
    if simple == [None] or not all(map(_stands_alone, simple)):
        return json.dumps(simple)
    return write_plainly(simple)


def write_plainly(simple: Any) -> str:
    """Write a value without JSON.

    Args:
        simple: What :func:`simplify` gave of it.

    Returns:
        Its text; the elements of a list are separated by commas.
    """
    if simple is None:
        return "none"
    if isinstance(simple, dict):
        return json.dumps(simple)
    if isinstance(simple, list):
        return ",".join(map(write_plainly, simple))
    return str(simple)


def simplify(value: Any) -> Any:
    """Turn a value into what JSON can hold, numbers that are infinite included.

    Args:
        value: The value.

    Returns:
        None, a text, number or boolean, or lists and dictionaries of these; of what Pydantic does
        not know, its text.
    """
    from pydantic_core import to_jsonable_python

    try:
        return to_jsonable_python(value, fallback=str)
    except ValueError:
        return str(value)


def read_value(text: str, schema: Schema, definitions: Schema) -> Any:
    """Read the text of a value, as far as its type says how; Pydantic makes the rest of it.

    Args:
        text: The text.
        schema: The JSON schema of its parameter.
        definitions: The schemas that it refers to, by name.

    Returns:
        None, a list or a dictionary where the text stands for one, a number where the parameter
        may be a text as well, otherwise the text.

    Raises:
        ParameterError: It looks like JSON, or like a list, and is neither.
    """
    return _read(text, list_kinds(schema, definitions), definitions)


def list_kinds(schema: Schema, definitions: Schema) -> list[Schema]:
    """List the kinds of values that a schema allows.

    Args:
        schema: The JSON schema of a parameter.
        definitions: The schemas that it refers to, by name.

    Returns:
        A schema for each, that is neither a union nor a reference.
    """
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return list_kinds(definitions[name], definitions)
    parts = next((schema[key] for key in ("anyOf", "oneOf", "allOf") if key in schema), None)
    if parts is None:
        return [schema]
    return [kind for part in parts for kind in list_kinds(part, definitions)]


def load_json(text: str, wanted: type) -> Any:
    """Read JSON of a type.

    Args:
        text: Any text.
        wanted: The type.

    Returns:
        The value; None where the text is not JSON, or JSON of another type.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, wanted) else None


def _read(text: str, kinds: list[Schema], definitions: Schema) -> Any:
    # A text that would be read as something else stands in quotes.
    inner = load_json(text, str) if _has_type(kinds, "string") else None
    if inner is not None and not _is_itself(inner, kinds, definitions):
        return inner
    lists = [kind for kind in kinds if kind.get("type") == "array"]
    if lists and not _is_none(text, kinds):
        number = _read_number(text, kinds)
        return _read_list(text, lists, definitions) if number is None else number
    if _has_type(kinds, "object") and (found := load_json(text, dict)) is not None:
        return found
    return _read_scalar(text, kinds)


def _is_itself(text: str, kinds: list[Schema], definitions: Schema) -> bool:
    try:
        return bool(_read(text, kinds, definitions) == text)
    except ParameterError:
        return False


def _read_list(text: str, lists: list[Schema], definitions: Schema) -> Any:
    found = load_json(text, list)
    if found is not None:
        return found
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if any('"' in part or part[0] in "[{" for part in parts):
        raise ParameterError(
            "it is neither JSON nor plain values with commas between them; write a list whose "
            'elements hold commas, quotes or other lists as JSON: ["a,b", "c"]'
        )
    (first, *others) = lists
    kinds = [
        [] if others else list_kinds(_item(first, number), definitions)
        for number in range(len(parts))
    ]
    return [_read_scalar(part, kind) for part, kind in zip(parts, kinds, strict=True)]


def _item(schema: Schema, number: int) -> Schema:
    prefix = schema.get("prefixItems", [])
    found = prefix[number] if number < len(prefix) else schema.get("items", {})
    # `items` may also say that there are no more.
    return found if isinstance(found, Mapping) else {}


def _read_scalar(text: str, kinds: list[Schema]) -> Any:
    if _is_none(text, kinds):
        return None
    choices = [choice for kind in kinds for choice in _choices(kind)]
    if text in choices:
        return text
    for choice in choices:
        if not isinstance(choice, str) and text.lower() == write_plainly(choice).lower():
            return choice
    number = _read_number(text, kinds)
    return text if number is None else number


def _choices(kind: Schema) -> list[Any]:
    return list(kind.get("enum", [kind["const"]] if "const" in kind else []))


def _read_number(text: str, kinds: list[Schema]) -> Any:
    # Only where Pydantic could take the text for something else.
    if len([kind for kind in kinds if kind.get("type") != "null"]) < 2:  # noqa: PLR2004
        return None
    number = load_json(text, int | float)  # type: ignore[arg-type]
    if number is None or not any(_has_type(kinds, name) for name in NUMBERS[type(number)]):
        return None
    return number


def _is_none(text: str, kinds: list[Schema]) -> bool:
    return text.lower() in NONE and any(kind.get("type") == "null" for kind in kinds)


def _has_type(kinds: list[Schema], name: str) -> bool:
    # Without a type, anything goes.
    return any(kind.get("type", "string") == name for kind in kinds)


def _stands_alone(element: Any) -> bool:
    if isinstance(element, list | dict):
        return False
    text = write_plainly(element)
    is_plain = text == text.strip() and not set(text) & set(',"') and text[:1] not in ("", "[", "{")
    return is_plain and (element is None or text.lower() not in NONE)
