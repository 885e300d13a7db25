"""Python sessions: one interpreter per page, started by the page's shell where it is then."""

import doctest
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

from execution.blocks import Block, Failure, raise_all
from execution.matching import find_difference, show_difference, split_lines
from execution.running import Running
from execution.shell import encode

DRIVER = Path(__file__).with_name("driver.py")
START = 'coproc PYTHON_OF_PAGE {{ exec python -u -c "$(printf %s {text} | base64 -d)" 2>&1; }}'
ASK = """\
if {{ printf '%s %s\\n' {sentinel} {text} >&"${{PYTHON_OF_PAGE[1]}}"; }} 2>/dev/null; then
    while IFS= read -r line && [ "$line" != {sentinel} ]; do printf '%s\\n' "$line"; done \
        <&"${{PYTHON_OF_PAGE[0]}}"
    [ "$line" = {sentinel} ]
else
    false
fi
"""
TRACEBACK = re.compile(
    r"^Traceback \(most recent call last\):$.*?^(?=\S)", re.MULTILINE | re.DOTALL
)


def evaluate(block: Block, page: Running) -> None:
    """Execute the statements of a block, and compare what each prints.

    Raises:
        Failure: A statement printed otherwise than the page says.
    """
    found: list[Failure] = []
    for statement in parse_statements(block):
        line = block.first + statement.lineno
        output = execute(page, statement.source, line)
        page.outputs[block.name] = page.outputs.get(block.name, "") + output
        found += compare(statement, line, output)
    raise_all(found)


def parse_statements(block: Block) -> Iterator[doctest.Example]:
    """Split a block at its prompts.

    Raises:
        Failure: The block does not begin with a prompt, or is malformed.
    """
    if not block.content.startswith(">>> "):
        raise Failure(block.first, "a block of pycon must begin with a prompt, '>>> '")
    try:
        yield from doctest.DocTestParser().get_examples(block.content + "\n")
    except ValueError as error:
        raise Failure(block.first, str(error)) from error


def execute(page: Running, source: str, line: int) -> str:
    """Execute a statement in the interpreter of the page; gives what it prints.

    Raises:
        Failure: The statement ended the interpreter.
    """
    if not page.has_python:
        page.run(START.format(text=encode(DRIVER.read_text())), line)
        page.has_python = True
        # Not the answer to a statement.
        page.results.pop()
    sentinel = uuid.uuid4().hex
    result = page.run(ASK.format(sentinel=sentinel, text=encode(source)), line)
    if result.status:
        message = f"the statement ended the interpreter\n{result.output}"
        raise Failure(line, message, ends_page=True)
    # The newline before the sentinel is the driver's.
    return result.output.removesuffix("\n")


def compare(statement: doctest.Example, line: int, output: str) -> Iterator[Failure]:
    """Compare what a statement prints, of a traceback only its end; gives the line that differs."""
    wanted = split_lines(statement.want.replace("<BLANKLINE>", ""))
    got = split_lines(output)
    below = line + statement.source.count("\n")
    if statement.exc_msg is not None:
        message = split_lines(statement.exc_msg)
        below += len(wanted) - len(message)
        wanted, got = message, split_lines(TRACEBACK.split(output)[-1])
    index = find_difference(wanted, got)
    if index is not None:
        at = below + min(index, len(wanted) - 1) if wanted else line
        shown = show_difference(wanted, got)
        yield Failure(at, f"other output than the page shows\n{shown}")
