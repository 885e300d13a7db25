"""What Sybil's lexers find in Markdown."""

import re
from collections.abc import Iterator

from sybil import Document, Region
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, RawFencedCodeBlockLexer

from execution.marks import MARKDOWN_FORMS

BLOCKS = RawFencedCodeBlockLexer(re.compile(r"(?P<language>[^\n]*)\n"))
MARKS = DirectiveInHTMLCommentLexer("|".join(MARKDOWN_FORMS))
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def find_blocks(document: Document) -> Iterator[Region]:
    """Find the fenced blocks, also those within comments."""
    for region in BLOCKS(document):
        language = region.lexemes["language"].strip()
        region.lexemes.update(language=language, caption="", name="")
        yield region


def find_marks(document: Document) -> Iterator[Region]:
    """Find the comments that are marks, captions or names."""
    yield from MARKS(document)


def find_comments(text: str) -> Iterator[tuple[int, int]]:
    """Find where comments start and end."""
    for comment in COMMENT.finditer(text):
        yield comment.span()
