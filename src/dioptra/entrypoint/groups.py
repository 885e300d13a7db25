# SPDX-License-Identifier: Apache-2.0
"""Flows, and parameters that several of them share, declared once as a group."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar, overload

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from dioptra.entrypoint.calling import remembering
from dioptra.sdk.exceptions import ParameterError

if TYPE_CHECKING:
    from prefect import Flow

P = ParamSpec("P")
R = TypeVar("R")

_GROUPS = "__dioptra_groups__"
_FLAT = inspect.Parameter.POSITIONAL_OR_KEYWORD
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Parameters(BaseModel):
    """A group of parameters: names, types, limits and defaults are those of its fields.

    The text below a field describes it. A flow that is made by :func:`flow` and has a parameter of
    such a class takes the fields as parameters of its own; see there.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )


@overload
def flow(function: Callable[P, R], /) -> "Flow[P, R]": ...
@overload
def flow(**options: Any) -> "Callable[[Callable[P, R]], Flow[P, R]]": ...
def flow(function: Callable[P, R] | None = None, /, **options: Any) -> Any:
    """Make a flow, as ``prefect.flow`` does, of a function that may take groups of parameters.

    For the command line, ``MLproject``, the form on Prefect's page, sweeps and manifests, each
    field of a group is a parameter by its own name. In Python, ``flow.fn`` takes the groups too.
    Of a parameter that is declared as ``Annotated[..., Field(description=...)]``, the section
    *Args* of the docstring need not say anything.

    While the function runs, :func:`dioptra.entrypoint.find_parameters` gives its parameters.

    Args:
        function: The function. A parameter whose type is a class below :class:`Parameters` is a
            group; its default, an instance, gives the defaults of this flow.
        **options: Those of ``prefect.flow``, where the decorator is used with parentheses.

    Returns:
        The flow, or a decorator that makes it.

    Raises:
        ParameterError: Two parameters have one name, a parameter of a function with groups stands
            for any number of values, or the function is a generator.
    """
    from prefect import flow as make

    if function is None:
        return lambda given: flow(given, **options)
    signature = inspect.signature(function, eval_str=True)
    groups = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if isinstance(parameter.annotation, type) and issubclass(parameter.annotation, Parameters)
    }
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise ParameterError(f"{function.__name__} is a generator; let it return its result")
    made: Any = remembering(function, _expand)
    made.__signature__ = signature
    made.__doc__ = _document(function, groups) or None
    return make(_flatten(made, signature, groups) if groups else made, **options)


def check_groups(function: Callable[..., Any], values: Mapping[str, Any]) -> None:
    """Check what a group says of several of its fields together.

    Args:
        function: The function of a flow.
        values: Its parameters by name, each of them checked.

    Raises:
        ParameterError: They do not fit together.
    """
    build = getattr(function, _GROUPS, None)
    if build is not None:
        build(values)


def _expand(arguments: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in arguments.items():
        values |= (
            {field: getattr(value, field) for field in type(value).model_fields}
            if isinstance(value, Parameters)
            else {name: value}
        )
    return values


def _flatten(
    function: Callable[..., Any],
    signature: inspect.Signature,
    groups: Mapping[str, type[Parameters]],
) -> Callable[..., Any]:
    bases = {
        name: parameter.default
        for name, parameter in signature.parameters.items()
        if name in groups and parameter.default is not parameter.empty
    }
    flat = _list_flat(function.__name__, signature, groups, bases)

    def name(args: Sequence[Any], values: Mapping[str, Any]) -> dict[str, Any]:
        # As the function declares them, where a group is among them, and else as Prefect does.
        grouped = any(isinstance(value, Parameters) for value in args)
        names = list(signature.parameters if grouped else flat)[: len(args)]
        if len(names) < len(args) or set(names) & set(values):
            raise TypeError(f"{function.__name__}() takes {signature}, each argument once")
        return {**dict(zip(names, args, strict=True)), **values}

    def build(values: Mapping[str, Any]) -> dict[str, Any]:
        arguments = dict(values)
        for name, group in groups.items():
            if name not in arguments:
                given = {
                    field: arguments.pop(field)
                    for field in group.model_fields
                    if field in arguments
                }
                arguments[name] = _build(function.__name__, group, bases.get(name), given)
        return arguments

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def run(*args: Any, **values: Any) -> Any:
            return await function(**build(name(args, values)))

    else:

        @wraps(function)
        def run(*args: Any, **values: Any) -> Any:
            return function(**build(name(args, values)))

    made: Any = run
    made.__signature__ = signature.replace(parameters=list(flat.values()))
    made.__annotations__ = {
        **{name: parameter.annotation for name, parameter in flat.items()},
        "return": signature.return_annotation,
    }
    setattr(made, _GROUPS, build)
    return run


def _list_flat(
    name: str,
    signature: inspect.Signature,
    groups: Mapping[str, type[Parameters]],
    bases: Mapping[str, Parameters],
) -> dict[str, inspect.Parameter]:
    flat: dict[str, inspect.Parameter] = {}
    for parameter in signature.parameters.values():
        if parameter.kind in _VARIABLE:
            raise ParameterError(
                f"{name} takes any number of values as {str(parameter)!r}; name them"
            )
        own = [parameter.replace(kind=_FLAT)]
        if parameter.name in groups:
            own = _list_fields(groups[parameter.name], bases.get(parameter.name))
        for one in own:
            if one.name in {*flat, *groups}:
                raise ParameterError(f"{name} has two parameters {one.name!r}; rename one of them")
            flat[one.name] = one
    needed = [one.default is one.empty for one in flat.values()]
    if needed == sorted(needed, reverse=True):
        return flat
    # Python allows none without a default after one with it, but by name.
    return {key: one.replace(kind=one.KEYWORD_ONLY) for key, one in flat.items()}


def _list_fields(group: type[Parameters], base: Parameters | None) -> list[inspect.Parameter]:
    found = []
    for name, field in group.model_fields.items():
        default: Any = inspect.Parameter.empty
        if base is not None:
            default = getattr(base, name)
        elif not field.is_required():
            default = field.get_default(call_default_factory=True)
        kind: Any = field.annotation
        for limit in field.metadata:
            kind = Annotated[kind, limit]
        found.append(inspect.Parameter(name, _FLAT, default=default, annotation=kind))
    return found


def _build(
    name: str, group: type[Parameters], base: Parameters | None, given: Mapping[str, Any]
) -> Parameters:
    known = {} if base is None else {field: getattr(base, field) for field in group.model_fields}
    try:
        return group(**{**known, **given})
    except ValidationError as error:
        faults = "; ".join(
            ": ".join([*map(str, fault["loc"]), fault["msg"]])
            for fault in error.errors(include_url=False)
        )
        raise ParameterError(f"{name}: {faults}") from None


def _document(function: Callable[..., Any], groups: Mapping[str, type[Parameters]]) -> str:
    from prefect.utilities.callables import parameter_docstrings

    text = inspect.getdoc(function) or ""
    head, _, rest = text.partition("\nArgs:\n")
    # The next heading is the next line that is not indented.
    tail = rest[len("".join(_take_indented(rest))) :]
    described = parameter_docstrings(text)
    lines = []
    for name, parameter in inspect.signature(function, eval_str=True).parameters.items():
        fields = groups[name].model_fields if name in groups else {}
        texts = {field: info.description for field, info in fields.items()} or {
            name: described.get(name) or _describe(parameter)
        }
        lines += [f"    {key}: {' '.join(said.split())}" for key, said in texts.items() if said]
    listed = "\n".join(["Args:", *lines]) if lines else ""
    return "\n\n".join(part.strip("\n") for part in (head, listed, tail) if part.strip())


def _describe(parameter: inspect.Parameter) -> str | None:
    declared = getattr(parameter.annotation, "__metadata__", ())
    texts = [one.description for one in declared if isinstance(one, FieldInfo)]
    return next(filter(None, texts), None)


def _take_indented(text: str) -> list[str]:
    lines = text.splitlines(keepends=True)
    end = next(
        (at for at, line in enumerate(lines) if line.strip() and not line.startswith(" ")),
        len(lines),
    )
    return lines[:end]
