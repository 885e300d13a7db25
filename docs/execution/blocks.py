"""What a page holds: blocks, marks for the next block, and numbers that a block must print."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


class Failure(Exception):  # noqa: N818 - a finding about a page, not an error of this program
    """What is wrong with a line of a page.

    Args:
        line: The line of the page.
        message: What is wrong.
        ends_page: Whether what follows on the page cannot be expected to work.
    """

    def __init__(self, line: int, message: str, *, ends_page: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.ends_page = ends_page
        self.others: list[Failure] = []

    def show(self, page: str) -> str:
        """Show it, and those others that were found with it, each with its page and line."""
        found = (self, *self.others)
        return "\n".join(f"{page}:{one.line}: {one.message.rstrip()}" for one in found)


def raise_all(failures: Sequence[Failure]) -> None:
    """Raise what was found, if anything, as one failure at the line of the first."""
    if failures:
        failures[0].others = list(failures[1:])
        failures[0].ends_page = any(failure.ends_page for failure in failures)
        raise failures[0]


@dataclass(frozen=True)
class Mark:
    """A comment about the next block, such as ``skip: next "reason"``."""

    kind: str
    line: int
    value: str


@dataclass(frozen=True)
class Block:
    """A block of a page; ``line`` is that of its directive, ``first`` that of its content."""

    line: int
    first: int
    language: str
    content: str
    caption: str = ""
    name: str = ""
    marks: tuple[Mark, ...] = ()

    def value(self, kind: str) -> str | None:
        """Give the value of a mark of the block, or None."""
        return next((mark.value for mark in self.marks if mark.kind == kind), None)

    @property
    def is_tree(self) -> bool:
        """Whether the block draws the tree of a folder."""
        return self.caption.startswith("Tree of ")

    def marked(self, marks: tuple[Mark, ...]) -> "Block":
        """Give the block with its marks, of which some stand for a caption or a name."""
        block = replace(self, marks=marks)
        caption = block.value("file") or self.caption
        return replace(block, caption=caption, name=block.value("name") or self.name)


@dataclass(frozen=True)
class Measured:
    """A number in prose, which the output of the block ``name`` must hold after ``label``."""

    line: int
    text: str
    number: float
    tolerance: float
    name: str
    label: str
