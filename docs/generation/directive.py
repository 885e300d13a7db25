# SPDX-License-Identifier: Apache-2.0
"""What the generating directives share: they write reStructuredText and have it parsed in place."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils.nodes import Node


class GeneratingDirective(SphinxDirective):
    """A directive whose content is made from the code."""

    def lines(self) -> Iterable[str]:
        """Write the content.

        Returns:
            Lines of reStructuredText.
        """
        raise NotImplementedError

    def run(self) -> "list[Node]":
        """Parse the content, sections included."""
        text = "\n".join(self.lines())
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def heading(title: str, underline: str) -> list[str]:
    """Write a section's title.

    Args:
        title: The title.
        underline: The character below it.
    """
    return ["", title, underline * len(title), ""]


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table.

    Args:
        title: Its caption.
        head: The cells of its head.
        rows: The cells of its rows.
    """
    yield from (f".. list-table:: {title}", "   :header-rows: 1", "")
    for row in (head, *rows):
        yield f"   * - {row[0]}"
        yield from (f"     - {cell}" for cell in row[1:])
    yield ""
