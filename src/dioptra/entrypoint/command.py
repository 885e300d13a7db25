# SPDX-License-Identifier: Apache-2.0
"""The command line of an entry point."""

import argparse
import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from dioptra.entrypoint.parameters import describe_type, format_parameters
from dioptra.entrypoint.reporting import print_result, reporting_errors
from dioptra.entrypoint.runner import run_flow
from dioptra.sdk.exceptions import ParameterError
from dioptra.sdk.suggestions import suggest_names

if TYPE_CHECKING:
    from prefect import Flow

FLAGS = ("-h", "--help", "--debug")


def main(flow: "Flow[..., Any]", arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a flow as the main job of a script, and exit.

    Every parameter of the flow is an option, named with dashes or underscores; values are checked
    before anything runs. The exit status is 0, 1 for a failure, or 2 for bad usage.

    Args:
        flow: The flow.
        arguments: The command line; without it, that of the process.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    with reporting_errors(debug="--debug" in words):
        given, unknown = read_words(flow, words)
        if unknown:
            options = ["--" + name.replace("_", "-") for name in flow.parameters.properties]
            raise ParameterError(
                f"no option {unknown[0]!r}; {suggest_names(unknown[0].split('=')[0], options)}"
            )
        print_result(run_flow(flow, given))
    sys.exit(0)


def read_words(flow: "Flow[..., Any]", words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Read the options on a flow's command line.

    Args:
        flow: The flow.
        words: The command line.

    Returns:
        The texts of the parameters that are given, and the words that are none of its options.
    """
    known, unknown = make_parser(flow).parse_known_args(_join_values(words, flow))
    given = vars(known)
    given.pop("debug")
    # Of --name=--, argparse makes an empty list.
    return {name: text if isinstance(text, str) else "--" for name, text in given.items()}, unknown


def make_parser(flow: "Flow[..., Any]") -> argparse.ArgumentParser:
    """Make the parser of a flow's command line from its signature and docstring.

    Args:
        flow: The flow.

    Returns:
        The parser; of each parameter that is given it gives the text.
    """
    parser = _Parser(
        description=summarize(flow),
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--debug", action="store_true", default=False, help="show tracebacks")
    for name, (kind, text) in describe_parameters(flow).items():
        parser.add_argument(
            *_spell(name),
            dest=name,
            metavar=kind,
            required=name in (flow.parameters.required or []),
            help=text.replace("%", "%%"),
        )
    return parser


def describe_parameters(flow: "Flow[..., Any]") -> dict[str, tuple[str, str]]:
    """Describe the parameters of a flow, as its help does.

    Args:
        flow: The flow.

    Returns:
        The type of each, such as ``"NUMBER"``, and what its docstring says, with the default.
    """
    return {
        name: (_name_type(schema), _describe(flow, name))
        for name, schema in flow.parameters.properties.items()
    }


def summarize(flow: "Flow[..., Any]") -> str:
    """Give the part of a flow's docstring that stands before its arguments.

    Args:
        flow: The flow.

    Returns:
        Its text, empty where the flow has none.
    """
    return (inspect.getdoc(flow.fn) or "").partition("\nArgs:")[0].strip()


def _name_type(schema: Mapping[str, Any]) -> str:
    kind = describe_type(schema)
    # The values of a list of choices are as they are typed.
    return kind if "enum" in schema else kind.upper()


def _describe(flow: "Flow[..., Any]", name: str) -> str:
    schema = flow.parameters.properties[name]
    text = " ".join(str(schema.get("description", "")).split())
    if schema.get("default") is None:
        return text
    default = format_parameters(flow, {name: schema["default"]})[name]
    return f"{text} (default: {default})"


def _spell(name: str) -> list[str]:
    return list(dict.fromkeys([f"--{name.replace('_', '-')}", f"--{name}"]))


def _join_values(words: Sequence[str], flow: "Flow[..., Any]") -> list[str]:
    # Else argparse takes a value with a dash in front, such as -1,2 or -inf, for an option.
    options = {option for name in flow.parameters.properties for option in _spell(name)}
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in options and word not in {*options, *FLAGS}:
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ParameterError(f"{message}; try --help")
