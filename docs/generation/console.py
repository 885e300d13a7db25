# SPDX-License-Identifier: Apache-2.0
"""Consoles as the guide writes them: ``$ `` before a command, ``> `` before each line it goes on.

The lexer of Pygments takes a line that goes on for output unless the one before ends in a
backslash, and the copy button leaves output out.
"""

import re
from collections.abc import Iterator

from pygments.lexer import Lexer, do_insertions
from pygments.lexers.shell import BashLexer
from pygments.token import Generic, _TokenType

PROMPT = re.compile(r"\$ ")
CONTINUATION = re.compile(r">(?: |(?=\n))")

Token = tuple[int, _TokenType, str]


class ConsoleLexer(Lexer):
    """Tells prompts, commands and output apart."""

    name = "Console of the guide"

    def get_tokens_unprocessed(self, text: str) -> Iterator[Token]:
        """Split a block into tokens.

        Args:
            text: The block.

        Yields:
            The place, the kind and the text of each.
        """
        command, prompts, start, place = "", [], 0, 0
        for line in text.splitlines(keepends=True):
            prompt = PROMPT.match(line) or (CONTINUATION.match(line) if command else None)
            if prompt is None or (prompt.re is PROMPT and command):
                yield from _shifted(command, prompts, start)
                command, prompts = "", []
            if prompt is None:
                yield place, Generic.Output, line
            else:
                start = start if command else place
                prompts.append((len(command), [(0, Generic.Prompt, prompt[0])]))
                command += line[prompt.end() :]
            place += len(line)
        yield from _shifted(command, prompts, start)


def _shifted(command: str, prompts: list[tuple[int, list[Token]]], start: int) -> Iterator[Token]:
    if command:
        tokens = BashLexer(stripnl=False).get_tokens_unprocessed(command)
        for place, kind, text in do_insertions(prompts, tokens):
            yield start + place, kind, text
