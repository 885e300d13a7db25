"""Runs mutants of a page: walks through it once, and from each block on for its mutants.

Where the page leaves something outside of its folder, which no copy separates, each mutant gets a
walk of its own.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from execution import host, measuring
from execution.blocks import Block, Failure, Measured
from execution.evaluators import run_block
from execution.mutants import Mutant
from execution.reading import Page
from execution.running import Running
from execution.shell import Result, Shell

# Without what bash sets by itself; it gives up at a value that it does not let be set.
OWN = "BASH|DIRSTACK|FUNCNAME|GROUPS|PIPESTATUS|SESSION_OF_PAGE|_="
VARIABLES = rf"declare -p | grep -vE '^declare -\S*r|^declare -\S+ [A-Z]*({OWN})'"
SAVE = f"printf 'cd %q\\n' \"$PWD\"; {VARIABLES}; declare -f; alias -p"
RESTORE = "{{ {state}\n}} >/dev/null 2>&1; true"
Report = Callable[[Mutant, bool], None]


class Replaying(Running):
    """A page whose shell answers as it did before, without running anything."""

    def __init__(self, root: str, results: Sequence[Result]) -> None:
        super().__init__(refuse_shell)
        self.known_root = root
        self.left = list(results)
        self.has_python = True

    @property
    def root(self) -> str:
        """The checkout, as the shell saw it."""
        return self.known_root

    def run(self, command: str, line: int) -> Result:
        """Give the next answer.

        Raises:
            Failure: There is none, as the block has another command now.
        """
        if not self.left:
            raise Failure(line, f"never run: {command}")
        return self.left.pop(0)


def refuse_shell() -> AbstractContextManager[Shell]:
    """Open no shell.

    Raises:
        AssertionError: Always.
    """
    raise AssertionError("a replayed page needs no shell")


class Walk:
    """A walk through a page on the host.

    Args:
        page: The page.
        checkout: The checkout whose files it works on.
        timeout: How many seconds a command may take.
    """

    def __init__(self, page: Page, checkout: Path, timeout: float) -> None:
        self.page = page
        self.blocks = [block for block in page.blocks if is_run(block)]
        self.checkout = checkout
        self.timeout = timeout

    def run(self, mutants: Sequence[Mutant], report: Report) -> None:
        """Run mutants, those that must run each in a copy of what the page has made so far.

        Raises:
            Failure: The unchanged page fails; it may be for what a mutant did outside of its copy.
        """
        last = max(mutant.block.line for mutant in mutants)
        with self.start() as (running, live):
            for index, block in enumerate(self.blocks):
                own = [mutant for mutant in mutants if mutant.block.line == block.line]
                self.run_changed(index, running, live, own, report)
                self.run_unchanged(block, running, own, report)
                if block.line == last:
                    return

    def run_anew(self, mutants: Sequence[Mutant], report: Report) -> None:
        """Run mutants, those that must run each on a page of its own from the start.

        Raises:
            Failure: The unchanged page fails.
        """
        self.tidy()
        with self.start() as (running, _):
            for block in self.blocks:
                own = [mutant for mutant in mutants if mutant.block.line == block.line]
                self.run_unchanged(block, running, own, report)
        for mutant in mutants:
            if mutant.is_output:
                continue
            try:
                self.run_from_start(mutant, report)
            except Failure:
                # What the mutant before it has left.
                self.tidy()
                self.run_from_start(mutant, report)

    def run_from_start(self, mutant: Mutant, report: Report) -> None:
        """Run a mutant after the unchanged blocks before it.

        Raises:
            Failure: One of those fails.
        """
        index = [block.line for block in self.blocks].index(mutant.block.line)
        with self.start() as (running, _):
            for block in self.blocks[:index]:
                run_checked(block, running, self.page.measured)
            report(mutant, self.fails_from(index, mutant, running))

    def tidy(self) -> None:
        """Have the page take away what it, or a mutant of it, has left outside of its folder."""
        with self.start() as (running, _):
            for block in self.blocks:
                fails(block, running, [])

    def run_unchanged(
        self, block: Block, running: Running, mutants: Sequence[Mutant], report: Report
    ) -> None:
        """Run a block, and compare what it prints with its mutants that differ in it alone."""
        running.results.clear()
        run_checked(block, running, self.page.measured)
        for mutant in mutants:
            if mutant.is_output:
                replaying = Replaying(running.root, running.results)
                report(mutant, fails(mutant.block, replaying, []))

    def run_changed(
        self, index: int, running: Running, live: Path, mutants: Sequence[Mutant], report: Report
    ) -> None:
        """Run those mutants of a block that must run, each in a copy of all that is there now."""
        mutants = [mutant for mutant in mutants if not mutant.is_output]
        if not mutants:
            return
        state = running.run(SAVE, 0).output
        saved = live.with_name("saved")
        # What runs keeps its folder, which only has another name meanwhile.
        live.rename(saved)
        for mutant in mutants:
            # Without Python's lock, which the walk through the other page needs.
            subprocess.run(["cp", "-a", saved, live], check=True)  # noqa: S603, S607 - fixed
            try:
                with self.open(live) as copy:
                    copy.run(RESTORE.format(state=state), 0)
                    report(mutant, self.is_noticed(index, mutant, copy))
            finally:
                shutil.rmtree(live, ignore_errors=True)
        saved.rename(live)

    def is_noticed(self, index: int, mutant: Mutant, running: Running) -> bool:
        """Tell whether the page fails from the mutant on.

        Raises:
            Failure: What was before it, and is not changed, ends the session.
        """
        if any(block.language == "pycon" for block in self.blocks[index:]):
            for block in self.blocks[:index]:
                # An interpreter cannot be copied, so its session is repeated.
                if block.language == "pycon":
                    repeat(block, running)
        return self.fails_from(index, mutant, running)

    def fails_from(self, index: int, mutant: Mutant, running: Running) -> bool:
        """Tell whether the mutant or a block after it fails, in a session that has come so far."""
        rest = [mutant.block, *self.blocks[index + 1 :]]
        return any(fails(block, running, self.page.measured) for block in rest)

    @contextmanager
    def start(self) -> Iterator[tuple[Running, Path]]:
        """Open a shell in a fresh folder, and give both."""
        with tempfile.TemporaryDirectory(prefix="walk-", ignore_cleanup_errors=True) as name:
            live = Path(name) / "live"
            host.prepare(live, self.checkout)
            with self.open(live) as running:
                yield running, live

    @contextmanager
    def open(self, folder: Path) -> Iterator[Running]:
        """Open a shell in a prepared folder."""
        running = Running(lambda: host.open_shell(folder, self.checkout), self.timeout)
        try:
            yield running
        finally:
            running.close()


def is_run(block: Block) -> bool:
    """Tell whether a block is run on the host."""
    return block.value("skip") is None and block.value("container-only") is None


def repeat(block: Block, running: Running) -> None:
    """Run a block once more; it may print something else in a folder that it has changed.

    Raises:
        Failure: The session has ended; no mutant did it.
    """
    try:
        run_block(block, running)
    except Failure as failure:
        if failure.ends_page:
            raise
        running.results.clear()


def run_checked(block: Block, running: Running, measured: Sequence[Measured]) -> None:
    """Run a block, and check the numbers in prose that refer to it."""
    run_block(block, running)
    for number in measured:
        if number.name == block.name:
            measuring.check(number, running.outputs)


def fails(block: Block, running: Running, measured: Sequence[Measured]) -> bool:
    """Tell whether a block fails, or a number in prose that refers to it."""
    try:
        run_checked(block, running, measured)
    except Failure:
        return True
    return bool(isinstance(running, Replaying) and running.left)
