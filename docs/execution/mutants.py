"""Makes mutants of blocks: one number, name, flag, parameter or line of output is changed."""

import io
import keyword
import random
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, replace

from execution.blocks import Block
from execution.matching import is_gap

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])")
FLAG = re.compile(r"(?<!\S)--?[a-z][\w-]*")
NAME = re.compile(r"(?<![\w-])[A-Za-z_]{3,}(?!\w)")
PARAMETER = re.compile(r"(?<=^ {6})\w+(?=:)")
PROMPTS = {"console": ("$ ", "> "), "pycon": (">>> ", "... ")}


@dataclass(frozen=True)
class Mutant:
    """A changed block; of one with changed output nothing needs to run again."""

    line: int
    kind: str
    what: str
    block: Block
    is_output: bool


@dataclass(frozen=True)
class Place:
    """Where something of a kind stands in a line of a block, counted from 0."""

    kind: str
    row: int
    start: int
    end: int
    is_output: bool


def make_mutants(block: Block) -> list[Mutant]:
    """Make a mutant of each kind for which a block has a place, always the same ones."""
    places: dict[tuple[str, bool], list[Place]] = {}
    for place in find_places(block):
        places.setdefault((place.kind, place.is_output), []).append(place)
    draw = random.Random(block.content)  # noqa: S311 - a choice, not a secret
    return [mutate(block, draw.choice(found)) for found in places.values()]


def find_places(block: Block) -> Iterator[Place]:
    """Find what can be changed in a block."""
    if block.language == "python":
        yield from find_tokens(block.content)
        return
    rows = block.content.splitlines()
    prompts = PROMPTS.get(block.language, ())
    for row, text in enumerate(rows):
        is_output = block.is_tree or (bool(prompts) and not text.startswith(prompts))
        start = 0 if is_output or not prompts else len(prompts[0])
        if text.lstrip().startswith("#") or is_gap(text):
            continue
        yield from find_words(row, text, start, is_output=is_output)
        if block.caption.endswith("MLproject"):
            found = PARAMETER.search(text)
            yield from [Place("parameter", row, *found.span(), False)] if found else []
        if is_output and is_droppable(rows, row, prompts):
            yield Place("line", row, 0, len(text), True)


def find_words(row: int, text: str, start: int, *, is_output: bool) -> Iterator[Place]:
    """Find numbers, flags and names in a line."""
    kinds = {"number": NUMBER, "name": NAME} | ({} if is_output else {"flag": FLAG})
    for kind, pattern in kinds.items():
        for found in pattern.finditer(text, start):
            yield Place(kind, row, *found.span(), is_output)


def find_tokens(content: str) -> Iterator[Place]:
    """Find numbers and names in Python, outside of texts and comments."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(content).readline))
    except (SyntaxError, tokenize.TokenError):
        return
    for token in tokens:
        is_name = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
        if is_name or token.type == tokenize.NUMBER:
            kind = "name" if is_name else "number"
            yield Place(kind, token.start[0] - 1, token.start[1], token.end[1], False)


def is_droppable(rows: list[str], row: int, prompts: tuple[str, ...]) -> bool:
    """Tell whether a line of output can be missed: it is not the only one, nor beside ``...``."""
    around = rows[max(0, row - 1) : row] + rows[row + 1 : row + 2]
    beside = [text for text in around if not prompts or not text.startswith(prompts)]
    return any(text.strip() for text in beside) and not any(map(is_gap, beside))


def mutate(block: Block, place: Place) -> Mutant:
    """Change a block at one place."""
    rows = block.content.splitlines()
    text = rows[place.row]
    if place.kind == "line":
        changed, what = None, f"dropped: {text.strip()}"
    else:
        old = text[place.start : place.end]
        new = old[:-1] + str((int(old[-1]) + 1) % 10) if old[-1].isdigit() else old + "x"
        changed = text[: place.start] + new + text[place.end :]
        what = f"{old} -> {new} in: {text.strip()}"
    content = "\n".join(
        [*rows[: place.row], *([changed] if changed else []), *rows[place.row + 1 :]]
    )
    line = block.first + place.row
    return Mutant(line, place.kind, what, replace(block, content=content), place.is_output)
