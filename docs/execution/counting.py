"""Counts the blocks of a page by parsers of their own: those of Sphinx and of markdown-it."""

import io
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docutils import nodes  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from sphinx.application import Sphinx
from sphinx.testing.restructuredtext import parse as parse_rst
from sphinx.util.docutils import docutils_namespace, patch_docutils

from execution.blocks import Block, Failure

# For pages without a conf.py above them.
PLAIN = ["execution.sphinx_role", "sphinx_design"]
BLOCKS = (nodes.literal_block, nodes.doctest_block)


@dataclass(frozen=True)
class Counted:
    """A block as another parser found it; ``source`` is empty for those of the page itself."""

    line: int
    content: str
    source: str = ""


def count_blocks(path: Path) -> list[Counted]:
    """Find the blocks of a page without Sybil."""
    found = count_markdown(path) if path.suffix == ".md" else count_rst(path)
    return list(found)


def count_markdown(path: Path) -> Iterator[Counted]:
    """Find the blocks of a page in Markdown, fenced and indented."""
    for token in MarkdownIt().parse(path.read_text(encoding="utf-8").expandtabs(8)):
        if token.type in {"fence", "code_block"} and token.map:
            yield Counted(token.map[0] + 1, token.content.rstrip())


def count_rst(path: Path) -> Iterator[Counted]:
    """Find the blocks in Sphinx's tree of a page."""
    folder = next((parent for parent in path.parents if (parent / "conf.py").exists()), None)
    app = make_app(folder or path.parent, has_settings=folder is not None)
    name = path.relative_to(app.srcdir).with_suffix("").as_posix()
    app.env.prepare_settings(name)
    tree = parse_rst(app, path.read_text(encoding="utf-8"), name)
    for node in tree.findall(lambda node: isinstance(node, BLOCKS)):
        source = str(node.source or path)
        # What is included from another page is counted there.
        if source == str(path) or not source.endswith(".rst"):
            origin = "" if source == str(path) else source
            yield Counted(node.line or 0, node.astext().rstrip(), origin)


STACK = ExitStack()


@cache
def make_app(folder: Path, *, has_settings: bool) -> Sphinx:
    """Make the application that a folder of pages is built with; nothing is built."""
    made = Path(STACK.enter_context(tempfile.TemporaryDirectory()))
    STACK.enter_context(patch_docutils(str(folder)))
    STACK.enter_context(docutils_namespace())
    return Sphinx(
        srcdir=folder,
        confdir=folder if has_settings else None,
        outdir=made,
        doctreedir=made,
        buildername="dummy",
        confoverrides={"autosummary_generate": False} if has_settings else {"extensions": PLAIN},
        status=None,
        warning=io.StringIO(),
    )


def find_unaccounted(blocks: Iterable[Block], counted: Iterable[Counted]) -> Iterator[Failure]:
    """Find what only one of the two parsers takes for a block."""
    known = Counter((block.line, block.content) for block in blocks)
    for found in counted:
        if known[found.line, found.content] and not found.source:
            known[found.line, found.content] -= 1
        else:
            place = f" (from {found.source})" if found.source else ""
            shown = next(iter(found.content.splitlines()), "")
            yield Failure(found.line, f"a block that nothing executes{place}: {shown}")
    for (line, _), number in known.items():
        if number:
            yield Failure(line, "no block in Sphinx's eyes")
