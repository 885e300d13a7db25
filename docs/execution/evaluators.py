"""Which evaluator a block has; one that has none fails."""

from collections.abc import Callable

from sybil import Example

from execution import console, files, pycon, trees
from execution.blocks import Block, Failure


def find(block: Block) -> Callable[[Example], None]:
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


def refuse(example: Example) -> None:
    """Fail for a block that nothing can execute.

    Raises:
        Failure: Always.
    """
    block: Block = example.parsed
    if block.language in files.CHECKS:
        raise Failure(
            block.line, f"a block of {block.language} needs the path of a file as caption"
        )
    raise Failure(block.line, f"nothing here executes a block of {block.language or 'no language'}")
