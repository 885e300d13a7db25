"""Drawings of folders, compared with the real ones."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from execution.blocks import Block, Failure
from execution.running import Running

ENTRY = re.compile(r"(?P<indent>(?:│   |    )*)(?:├── |└── )(?P<name>\S+)(?P<rest>\s.*)?")
UNLISTED = "..."


@dataclass(frozen=True)
class Entry:
    """A name in a drawing."""

    line: int
    path: PurePosixPath
    is_folder: bool


def parse_tree(block: Block) -> list[Entry]:
    """Parse a drawing; its first line is the folder itself, text after two blanks is a remark.

    Raises:
        Failure: A line that is no part of a drawing.
    """
    entries: list[Entry] = []
    parents: list[PurePosixPath] = []
    for line, text in enumerate(block.content.splitlines()[1:], block.first + 1):
        found = ENTRY.fullmatch(text)
        depth = len(found["indent"]) // 4 if found else -1
        if found is None or depth > len(parents):
            raise Failure(line, f"not a line of a tree: {text}")
        parents[depth:] = []
        path = PurePosixPath(*parents[-1:], found["name"].rstrip("/"))
        parents.append(path)
        entries.append(Entry(line, path, found["name"].endswith("/")))
    return entries


def evaluate(block: Block, page: Running) -> None:
    """Compare a drawing with the folder that the caption names, below the checkout.

    Raises:
        Failure: The first line that draws what is not there, or the folder that lacks a name.
    """
    folder = block.caption.removeprefix("Tree of ").strip().strip("`")
    entries = parse_tree(block)
    depth = max((len(entry.path.parts) for entry in entries), default=1)
    path = shlex.quote(f"{page.root}/{folder}")
    command = f"find {path} -mindepth 1 -maxdepth {depth} -printf '%y %P\\n'"
    result = page.run(command, block.line)
    if result.status:
        raise Failure(block.line, f"no folder {folder}: {result.output}")
    found = dict(read_found(result.output))
    check_drawn(entries, found)
    check_complete(block, entries, found)


def read_found(output: str) -> Iterator[tuple[PurePosixPath, bool]]:
    """Read paths, each with whether it is a folder, from what find prints."""
    for line in output.splitlines():
        kind, _, name = line.partition(" ")
        yield PurePosixPath(name), kind == "d"


def check_drawn(entries: list[Entry], found: dict[PurePosixPath, bool]) -> None:
    """Check that what is drawn exists.

    Raises:
        Failure: A line that draws what is not there.
    """
    for entry in entries:
        if entry.path.name == UNLISTED:
            continue
        if entry.path not in found:
            raise Failure(entry.line, f"drawn, but not there: {entry.path}")
        if entry.is_folder and not found[entry.path]:
            raise Failure(entry.line, f"drawn as a folder, but a file: {entry.path}")


def check_complete(block: Block, entries: list[Entry], found: dict[PurePosixPath, bool]) -> None:
    """Check that each public name is drawn, unless its folder is drawn with a name ``...``.

    Raises:
        Failure: The line of the folder that lacks a name.
    """
    lines = {entry.path: entry.line for entry in entries}
    for path in sorted(found):
        is_hidden = any(
            name.startswith((".", "_")) and PurePosixPath(*path.parts[: index + 1]) not in lines
            for index, name in enumerate(path.parts)
        )
        if path in lines or is_hidden or is_unlisted(path, lines):
            continue
        line = lines.get(path.parent, block.first)
        raise Failure(line, f"there, but not drawn: {path}")


def is_unlisted(path: PurePosixPath, lines: dict[PurePosixPath, int]) -> bool:
    """Tell whether a folder above a path is drawn as one of which not all is drawn."""
    return any(parent / UNLISTED in lines for parent in path.parents)
