"""Blocks with a path as caption: files, checked for their syntax here and written by the shell."""

import ast
import configparser
import json
import shlex
import tomllib
from collections.abc import Callable
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

import yaml

from execution.blocks import Block, Failure
from execution.running import Running
from execution.shell import encode


def check_ini(text: str) -> None:
    """Check the syntax of an INI file."""
    configparser.ConfigParser().read_string(text)


def check_nothing(_text: str) -> None:
    """Accept any text."""


CHECKS: dict[str, Callable[[str], object]] = {
    "python": ast.parse,
    "yaml": yaml.safe_load,
    "toml": tomllib.loads,
    "json": json.loads,
    "ini": check_ini,
    "xml": ET.fromstring,
    "dockerfile": check_nothing,
    "bash": check_nothing,
    "text": check_nothing,
}


def check_syntax(block: Block) -> None:
    """Check the syntax of a file.

    Raises:
        Failure: The line where its parser gave up.
    """
    try:
        CHECKS[block.language](block.content + "\n")
    except (SyntaxError, ValueError, yaml.YAMLError, configparser.Error) as error:
        # The end of a text may be said to be the line below it.
        line = block.first + min(find_line(error), len(block.content.splitlines())) - 1
        message = f"not {block.language}: {error}"
        raise Failure(line, message, ends_page=True) from error


def find_line(error: Exception) -> int:
    """Find the line of a text, counted from 1, that an error of a parser names."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return int(error.problem_mark.line) + 1
    if isinstance(error, ET.ParseError):
        return error.position[0]
    if isinstance(error, configparser.ParsingError) and error.errors:
        return int(error.errors[0][0])
    return int(getattr(error, "lineno", None) or 1)


def evaluate(block: Block, page: Running) -> None:
    """Write a file below the working directory of the page's shell.

    Raises:
        Failure: The path is not below it, the syntax is wrong, or it cannot be written.
    """
    path = PurePosixPath(block.caption)
    if path.is_absolute() or ".." in path.parts or " " in block.caption:
        raise Failure(block.line, f"not a path below the working directory: {block.caption}")
    check_syntax(block)
    name, folder = shlex.quote(str(path)), shlex.quote(str(path.parent))
    text = encode(block.content + "\n")
    command = f"mkdir -p -- {folder} && printf %s {text} | base64 -d > {name}"
    result = page.run(command, block.line)
    if result.status:
        raise Failure(block.line, f"cannot be written: {result.output}", ends_page=True)
