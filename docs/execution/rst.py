"""What Sybil's lexers find in reStructuredText."""

import re
from collections.abc import Iterator

from sybil import Document, Region
from sybil.parsers.rest.lexers import DirectiveInCommentLexer, DirectiveLexer

from execution.marks import FORMS

BLOCKS = DirectiveLexer("code-block")
MARKS = DirectiveInCommentLexer("|".join(FORMS))
# Two dots, and after them neither a directive nor a target, a footnote or a substitution.
COMMENT = re.compile(
    r"^(?P<indent> *)\.\.(?=\n\1 +\S|[ \t]+(?!_|\[|\||[\w:.+-]+ ?::)\S).*\n"
    r"(?P<body>(?:(?:\1 +\S.*|[ \t]*)(?:\n|\Z))*)",
    re.MULTILINE,
)


def find_blocks(document: Document) -> Iterator[Region]:
    """Find the directives ``code-block``, also those within comments."""
    for region in BLOCKS(document):
        options = region.lexemes["options"]
        region.lexemes["language"] = (region.lexemes["arguments"] or "").strip()
        region.lexemes["caption"] = options.get("caption", "").strip().strip("`")
        region.lexemes["name"] = options.get("name", "").strip()
        yield region


def find_marks(document: Document) -> Iterator[Region]:
    """Find the comments that are marks."""
    yield from MARKS(document)


def find_comments(text: str) -> Iterator[tuple[int, int]]:
    """Find where the bodies of comments, after their first lines, start and end."""
    for comment in COMMENT.finditer(text):
        yield comment.span("body")
