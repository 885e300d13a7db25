# SPDX-License-Identifier: Apache-2.0
"""The reference of the ``dioptra`` command, from the command itself."""

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from generation.directive import GeneratingDirective, heading


class CommandReference(GeneratingDirective):
    """``.. command-reference::``: a section for each subcommand of ``dioptra``."""

    def lines(self) -> Iterator[str]:
        """Write the sections."""
        from dioptra.cli.app import app

        for words, command in _commands(app, ["dioptra"]):
            yield from _section(words, command)


def _commands(app: Any, words: list[str]) -> Iterator[tuple[list[str], Any]]:
    names = sorted(name for name in app if not name.startswith("-"))
    if not names:
        yield words, app
    for name in names:
        yield from _commands(app[name], [*words, name])


def _section(words: list[str], command: Any) -> Iterator[str]:
    title = " ".join(words)
    arguments = list(command.assemble_argument_collection(parse_docstring=True))
    yield from heading(title, "-")
    usage = " ".join([title, *map(_usage, arguments)])
    yield from (f"``{usage}``", "")
    yield from (*cleandoc(command.help).partition("\nArgs:")[0].splitlines(), "")
    yield from (f".. program:: {title}", "")
    for argument in arguments:
        yield from (f".. option:: {_signature(argument)}", "")
        yield from (f"   {line}" for line in _describe(argument).splitlines())
        yield ""


def _usage(argument: Any) -> str:
    text = _signature(argument).partition(", ")[0]
    if _is_repeated(argument):
        text += " ..."
    return text if argument.required else f"[{text}]"


def _signature(argument: Any) -> str:
    if not argument.names[0].startswith("-"):
        return str(argument.names[0])
    names = [name for name in argument.names if not name.startswith("--no-")]
    value = "" if argument.hint is bool else f" {_value(argument)}"
    return ", ".join(f"{name}{value}" for name in names)


def _value(argument: Any) -> str:
    name = argument.names[-1].strip("-")
    return "NAME=VALUE" if name == "parameter" else name.replace("-", "_").upper()


def _describe(argument: Any) -> str:
    text = " ".join(str(argument.parameter.help or "").split())
    default = argument.field_info.default
    if argument.required or default in {None, False, argument.field_info.empty}:
        return text
    return f"{text} Default: ``{default}``."


def _is_repeated(argument: Any) -> bool:
    return "list[" in str(argument.hint)
