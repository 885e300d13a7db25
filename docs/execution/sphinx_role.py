"""The role ``measured``: pages show its number, the execution of the page checks it."""

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

from execution.blocks import Failure
from execution.measuring import parse_measured


class MeasuredRole(SphinxRole):
    """Shows the number without its tolerance and label."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Give the text before the tolerance, with a class for its style."""
        try:
            measured = parse_measured(self.text, self.lineno)
        except Failure as failure:
            message = self.inliner.reporter.error(failure.message, line=self.lineno)
            return [], [message]
        return [nodes.inline(self.rawtext, measured.text, classes=["measured"])], []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the role."""
    app.add_role("measured", MeasuredRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
