"""A bash process that runs commands one after another and tells when each has ended."""

import base64
import os
import selectors
import signal
import subprocess
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

BASH = ("bash", "--noprofile", "--norc")


@dataclass(frozen=True)
class Result:
    """What a command printed, standard output and errors in one, and its exit status."""

    output: str
    status: int


class ShellEndedError(Exception):
    """The shell has ended, or was ended as a command took too long."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class Shell:
    """A shell in a process group of its own, without a terminal.

    Args:
        words: The command that starts it.
        root: The checkout, as the shell sees it.
        environment: Its environment.
        folder: Its first working directory.
    """

    def __init__(
        self,
        words: Sequence[str],
        root: str,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.root = root
        self.sentinel = uuid.uuid4().hex.encode()
        self.process = subprocess.Popen(  # noqa: S603 - the guide's own commands
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            start_new_session=True,
            bufsize=0,
        )
        # What docker exec hands on in two streams would lose its order.
        self.send("exec 2>&1\n")

    def run(self, command: str, timeout: float = 300) -> Result:
        """Run a command; ``cd`` and ``export`` are kept for the next one.

        Raises:
            ShellEndedError: The command ended the shell, or was killed after ``timeout`` seconds.
        """
        mark = self.sentinel.decode()
        self.send(
            f'eval "$(printf %s {encode(command)} | base64 -d)" </dev/null\n'
            f'printf "\\n{mark} %d\\n" "$?"\n'
        )
        output, status = self.read(time.monotonic() + timeout, timeout)
        return Result(output, status)

    def send(self, script: str) -> None:
        """Hand a script to the shell."""
        stream = self.process.stdin
        assert stream is not None  # noqa: S101 - for mypy
        try:
            stream.write(script.encode())
        # The latter after a command that took too long, with which the shell was ended.
        except (BrokenPipeError, ValueError) as error:
            raise ShellEndedError("the shell of the page has ended") from error

    def read(self, end: float, timeout: float) -> tuple[str, int]:
        """Read what is printed up to the sentinel."""
        stream = self.process.stdout
        assert stream is not None  # noqa: S101 - for mypy
        buffer = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0, end - time.monotonic())):
                    self.kill()
                    raise ShellEndedError(f"killed after {timeout:g} s", decode(buffer))
                part = os.read(stream.fileno(), 65536)
                if not part:
                    raise ShellEndedError("the command ended the shell of the page", decode(buffer))
                buffer += part
                before, found, after = buffer.partition(b"\n" + self.sentinel + b" ")
                if found and after.endswith(b"\n"):
                    return decode(before), int(after)

    def kill(self) -> None:
        """Kill the process group of the shell."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


def encode(text: str) -> str:
    """Give a text as one word that a shell takes as it is."""
    return base64.b64encode(text.encode()).decode()


def decode(output: bytes) -> str:
    """Give output as text."""
    return output.decode(errors="replace")
