"""Reads a page with Sybil."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from sybil import Document, Example, Region

from execution import evaluators, markdown, measuring, rst
from execution.blocks import Block, Failure, Mark, Measured
from execution.marks import read_mark


@dataclass
class Page:
    """A page: its examples in Sybil's sense, and what is wrong with it as a text."""

    document: Document
    examples: list[Example]
    measured: list[Measured] = field(default_factory=list)
    problems: list[Failure] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        """The blocks in the order of the page."""
        return [example.parsed for example in self.examples]


def read_page(path: Path) -> Page:
    """Read a page in reStructuredText or Markdown."""
    problems: list[Failure] = []
    syntax = markdown if path.suffix == ".md" else rst

    # As Sphinx does: pages show no tabs.
    document = Document(path.read_text(encoding="utf-8").expandtabs(8), str(path))
    for region in parse_blocks(document, syntax, problems):
        document.add(region)
    page = Page(document, list(document.examples()), problems=problems)
    if syntax is rst:
        hidden = list(rst.find_comments(document.text))
        page.measured = list(measuring.find_measured(document.text, hidden, problems))
    problems += check_names(page)
    return page


def parse_blocks(
    document: Document, syntax: ModuleType, problems: list[Failure]
) -> Iterator[Region]:
    """Parse blocks of all languages, each with its marks and the evaluator of its kind."""
    hidden = list(syntax.find_comments(document.text))
    marks = list(read_marks(document, syntax, problems))
    end = 0
    for region in sorted(syntax.find_blocks(document), key=lambda region: region.start):
        if region.start < end or any(first <= region.start < last for first, last in hidden):
            continue
        end = region.end
        line = line_of(document, region.start)
        own = tuple(mark for mark in marks if mark.line < line)
        marks = marks[len(own) :]
        block = read_block(region, line).marked(own)
        problems += check_marks(block)
        yield Region(region.start, region.end, block, evaluators.evaluate, region.lexemes)
    problems += [Failure(mark.line, f"no block follows {mark.kind}: next") for mark in marks]


def read_block(region: Region, line: int) -> Block:
    """Read a block from the lexemes of its region."""
    lexemes = region.lexemes
    source = lexemes["source"]
    # In Markdown the offset is that of the fence, above the content.
    first = line + source.line_offset + 1
    return Block(
        line=line,
        first=first,
        language=lexemes["language"],
        content=str(source).rstrip(),
        caption=lexemes["caption"],
        name=lexemes["name"],
    )


def read_marks(document: Document, syntax: ModuleType, problems: list[Failure]) -> Iterator[Mark]:
    """Read the marks of a page in their order; those that cannot be read are problems."""
    for region in sorted(syntax.find_marks(document), key=lambda region: region.start):
        try:
            yield read_mark(region, line_of(document, region.start))
        except Failure as failure:
            problems.append(failure)


def check_marks(block: Block) -> Iterator[Failure]:
    """Find marks that do not go together, or not with the block."""
    kinds = [mark.kind for mark in block.marks]
    for mark in block.marks:
        if kinds.count(mark.kind) > 1:
            yield Failure(mark.line, f"two marks {mark.kind} for one block")
        if mark.kind == "exits" and block.language != "console":
            yield Failure(mark.line, "only a console block has an exit status")


def check_names(page: Page) -> Iterator[Failure]:
    """Find names that are given twice, and numbers that refer to a name that is not given."""
    names: set[str] = set()
    for block in page.blocks:
        if block.name and block.name in names:
            yield Failure(block.line, f"two blocks have the name {block.name}")
        names.add(block.name)
    for measured in page.measured:
        if measured.name not in names:
            yield Failure(measured.line, f"no block has the name {measured.name}")


def line_of(document: Document, position: int) -> int:
    """Give the line of a position in a page."""
    return document.text.count("\n", 0, position) + 1
