"""Which evaluator a block has; one that has none fails."""

from collections.abc import Callable

from sybil import Example

from execution import console, files, pycon, server, trees
from execution.blocks import Block, Failure
from execution.running import Running


def evaluate(example: Example) -> None:
    """Evaluate an example of Sybil, whatever its language."""
    run_block(example.parsed, example.namespace["page"])


def run_block(block: Block, page: Running) -> None:
    """Run a block.

    Raises:
        Failure: It does not do what the page says.
    """
    server.start_marked(block, page)
    find(block)(block, page)


def find(block: Block) -> Callable[[Block, Running], None]:
    """Find the evaluator of a block."""
    if block.language == "console":
        return console.evaluate
    if block.language == "pycon":
        return pycon.evaluate
    if block.language == "text" and block.is_tree:
        return trees.evaluate
    if block.caption and block.language in files.CHECKS:
        return files.evaluate
    return refuse


def refuse(block: Block, _page: Running) -> None:
    """Fail for a block that nothing can execute.

    Raises:
        Failure: Always.
    """
    language = block.language or "no language"
    if block.language in files.CHECKS:
        raise Failure(block.line, f"a block of {language} needs the path of a file as caption")
    raise Failure(block.line, f"nothing here executes a block of {language}")
