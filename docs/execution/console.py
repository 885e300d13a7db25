"""Console blocks: commands after ``$ ``, and what they print."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from execution.blocks import Block, Failure, raise_all
from execution.matching import find_difference, show_difference, split_lines
from execution.running import Running


@dataclass
class Command:
    """A command with the lines of output that the page shows; ``line`` is that of its prompt."""

    line: int
    text: str
    wanted: list[str] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The line of the first line of output."""
        return self.line + self.text.count("\n") + 1


def parse_commands(block: Block) -> list[Command]:
    """Split a block at its prompts.

    Raises:
        Failure: The block does not begin with a prompt.
    """
    commands: list[Command] = []
    for line, text in enumerate(block.content.splitlines(), block.first):
        if text.startswith("$ "):
            commands.append(Command(line, text[2:]))
        elif not commands:
            raise Failure(line, "a console block must begin with a prompt, '$ '")
        elif is_continued(text) and not commands[-1].wanted:
            commands[-1].text += "\n" + text[2:]
        else:
            commands[-1].wanted.append(text)
    for command in commands:
        strip_blank_end(command.wanted)
    return commands


def is_continued(text: str) -> bool:
    """Tell whether a line continues a command."""
    return text.startswith("> ") or text == ">"


def strip_blank_end(lines: list[str]) -> None:
    """Remove blank lines from the end."""
    while lines and not lines[-1].strip():
        lines.pop()


def evaluate(block: Block, page: Running) -> None:
    """Run each command in the page's shell, and compare its status and output.

    Raises:
        Failure: A command ended or printed otherwise than the page says.
    """
    commands = parse_commands(block)
    found: list[Failure] = []
    for command, status in zip(commands, list_statuses(block, len(commands)), strict=True):
        result = page.run(command.text, command.line)
        page.outputs[block.name] = page.outputs.get(block.name, "") + result.output + "\n"
        if result.status != status:
            message = f"ended with status {result.status}, not {status}: {command.text}"
            found.append(Failure(command.line, f"{message}\n{result.output}", ends_page=True))
            break
        found += compare(command, result.output)
    raise_all(found)


def list_statuses(block: Block, number: int) -> Iterator[int]:
    """Give the status that each command of a block must end with."""
    yield from [0] * (number - 1)
    yield int(block.value("exits") or 0)


def compare(command: Command, output: str) -> Iterator[Failure]:
    """Compare the output of a command, where the page shows one; gives the line that differs."""
    got = split_lines(output)
    index = find_difference(command.wanted, got) if command.wanted else None
    if index is not None:
        line = command.first + min(index, len(command.wanted) - 1)
        message = f"other output than the page shows: {command.text}"
        yield Failure(line, f"{message}\n{show_difference(command.wanted, got)}")
