"""What pytest runs of a page, in this order: the count, its problems, its blocks and numbers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sybil import Example

from execution import container, host, measuring
from execution.blocks import Block, Failure, Measured, raise_all
from execution.counting import count_blocks, find_unaccounted
from execution.reading import Page, read_page
from execution.running import Running

SESSIONS = {"host": host.open_session, "container": container.open_session}


class PageFile(pytest.File):
    """A page, with one session for all its blocks."""

    read: Page
    running: Running
    failed_line = 0

    def collect(self) -> Iterator[pytest.Item]:
        """Give the items of the page."""
        self.read = read_page(self.path)
        yield CountItem.from_parent(self, name="every block is accounted for")
        for problem in self.read.problems:
            yield ProblemItem.from_parent(self, name=f"line {problem.line}", problem=problem)
        for example in self.read.examples:
            block: Block = example.parsed
            name = f"line {block.line}, {block.language}"
            yield BlockItem.from_parent(self, name=name, example=example)
            for measured in self.read.measured:
                if measured.name == block.name:
                    name = f"line {measured.line}, measured {measured.text}"
                    yield MeasuredItem.from_parent(self, name=name, measured=measured, block=block)

    def setup(self) -> None:
        """Prepare the session; it is opened by the first block that needs it."""
        opener = SESSIONS[self.config.getoption("target")]
        timeout = self.config.getoption("command_timeout")
        self.running = Running(lambda: opener(self.config.rootpath), timeout)
        self.read.document.namespace["page"] = self.running

    def teardown(self) -> None:
        """End the session."""
        self.running.close()


class PageItem(pytest.Item):
    """Something of a page that can fail; ``about`` goes into the ledger."""

    parent: PageFile

    def __init__(self, *, line: int, **others: Any) -> None:
        super().__init__(**others)
        self.line = line
        self.about: dict[str, Any] = {"page": self.page_name, "line": line}

    @property
    def page_name(self) -> str:
        """The page as seen from the root of the project."""
        return self.path.relative_to(self.config.rootpath).as_posix()

    def reportinfo(self) -> tuple[Path, int, str]:
        """Tell where the item stands."""
        return self.path, self.line - 1, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Name the page and the line; what goes on in here is of no interest."""
        if isinstance(excinfo.value, Failure):
            return excinfo.value.show(self.page_name)
        return super().repr_failure(excinfo, style)


class CountItem(PageItem):
    """Compares the blocks with those that another parser finds."""

    def __init__(self, **others: Any) -> None:
        super().__init__(line=1, **others)

    def runtest(self) -> None:
        """Name each block that only one of the two parsers finds."""
        counted = count_blocks(self.path)
        self.about["found"] = len(counted)
        raise_all(list(find_unaccounted(self.parent.read.blocks, counted)))


class ProblemItem(PageItem):
    """Something that was seen when the page was read."""

    def __init__(self, *, problem: Failure, **others: Any) -> None:
        super().__init__(line=problem.line, **others)
        self.problem = problem

    def runtest(self) -> None:
        """Fail."""
        raise self.problem


class BlockItem(PageItem):
    """A block; it is run unless it is marked, or an earlier one made that senseless."""

    def __init__(self, *, example: Example, **others: Any) -> None:
        block: Block = example.parsed
        super().__init__(line=block.line, **others)
        self.example = example
        self.block = block

    def runtest(self) -> None:
        """Run the block."""
        self.leave_out()
        if self.parent.failed_line:
            self.about["block"] = "not run"
            message = f"not run: the block in line {self.parent.failed_line} of this page failed"
            raise Failure(self.line, message)
        self.about["block"] = "run"
        try:
            self.example.evaluate()
        except Failure as failure:
            if failure.ends_page:
                self.parent.failed_line = failure.line
                self.parent.running.close()
            raise

    def leave_out(self) -> None:
        """Skip the block where a mark says so."""
        other = {"host": "container-only", "container": "host-only"}
        kinds = {"skip": "skipped", other[self.config.getoption("target")]: "elsewhere"}
        for kind, outcome in kinds.items():
            reason = self.block.value(kind)
            if reason is not None:
                self.about.update(block=outcome, reason=reason)
                pytest.skip(f"{outcome}: {reason}")


class MeasuredItem(PageItem):
    """A number in prose, checked after the block that measures it."""

    def __init__(self, *, measured: Measured, block: Block, **others: Any) -> None:
        super().__init__(line=measured.line, **others)
        self.measured = measured
        self.block = block

    def runtest(self) -> None:
        """Compare the number with the output of the block."""
        outputs = self.parent.running.outputs
        if self.measured.name not in outputs:
            pytest.skip(f"the block in line {self.block.line} has not run")
        measuring.check(self.measured, outputs)
