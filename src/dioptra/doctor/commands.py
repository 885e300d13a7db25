# SPDX-License-Identifier: Apache-2.0
"""Asking another program, within a time limit."""

import subprocess
from dataclasses import dataclass

LIMIT_SECONDS = 3.0


@dataclass(frozen=True)
class Answer:
    """How a program ended and what it wrote.

    Attributes:
        installed: Whether there is such a program.
        in_time: Whether it ended by itself.
        succeeded: Whether it did so with the exit status 0.
        out: What it wrote to its standard output.
        error: What it wrote to its standard error, or why it could not be run, on one line.
    """

    installed: bool = True
    in_time: bool = True
    succeeded: bool = True
    out: str = ""
    error: str = ""


def run(*words: str, limit: float = LIMIT_SECONDS) -> Answer:
    """Run a program.

    Args:
        words: The program and its arguments.
        limit: The seconds after which it is ended.

    Returns:
        Its answer, whatever happens.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the words are those of the checks
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit,
            check=False,
        )
    except FileNotFoundError:
        return Answer(installed=False, succeeded=False, error=f"{words[0]} is not installed")
    except subprocess.TimeoutExpired:
        return Answer(in_time=False, succeeded=False, error=f"no answer within {limit:g} s")
    except OSError as error:
        return Answer(succeeded=False, error=f"{words[0]}: {error.strerror}")
    reason = " ".join(done.stderr.split())
    return Answer(succeeded=done.returncode == 0, out=done.stdout.strip(), error=reason)
