"""A page while it runs: its session, opened when first needed, and what its blocks printed."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from execution.blocks import Failure
from execution.shell import Result, Shell, ShellEndedError

Opener = Callable[[], AbstractContextManager[Shell]]


class Running:
    """The state of a page between two of its blocks.

    Args:
        opener: Opens the session.
        timeout: How many seconds a command may take.

    ``outputs`` holds what named blocks printed, ``results`` the answers of the shell.
    """

    def __init__(self, opener: Opener, timeout: float = 300) -> None:
        self.opener = opener
        self.timeout = timeout
        self.stack = ExitStack()
        self.shell: Shell | None = None
        self.has_python = False
        self.outputs: dict[str, str] = {}
        self.results: list[Result] = []

    def open(self) -> Shell:
        """Give the shell of the page."""
        if self.shell is None:
            self.shell = self.stack.enter_context(self.opener())
        return self.shell

    def run(self, command: str, line: int) -> Result:
        """Run a command that stands in a line of the page.

        Raises:
            Failure: The shell ended.
        """
        try:
            self.results.append(self.open().run(command, self.timeout))
        except ShellEndedError as error:
            message = f"{error}: {command}\n{error.output}"
            raise Failure(line, message, ends_page=True) from error
        return self.results[-1]

    @property
    def root(self) -> str:
        """The checkout, as the shell sees it."""
        return self.open().root

    def close(self) -> None:
        """End the session and all that runs in it."""
        self.stack.close()
