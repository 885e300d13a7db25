# SPDX-License-Identifier: Apache-2.0
"""What a command prints at its end: its result, or its error on one line."""

import errno
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dioptra.sdk.exceptions import DioptraError, EntryPointNotFoundError, ParameterError

FAILURE = 1
BAD_USAGE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141
# What the user can mend: a disk that is full, over its quota, or read-only.
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@contextmanager
def reporting_errors(*, debug: bool) -> Iterator[None]:
    """End the process with one line and an exit status where the ``with`` block fails.

    Args:
        debug: Whether to let the exception through, with its traceback.
    """
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        if debug:
            raise
        _exit("interrupted", INTERRUPTED)
    except BrokenPipeError:
        if debug:
            raise
        # The reader, such as `head`, has seen enough. Nothing is left to be written at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(PIPE_CLOSED)
    except Exception as error:
        if debug:
            raise
        usage = isinstance(error, ParameterError | EntryPointNotFoundError)
        _exit(_describe(error), BAD_USAGE if usage else FAILURE)


def to_fields(result: Any) -> dict[str, Any]:
    """Give what an entry point returned as names and values.

    Args:
        result: A dictionary, or a Pydantic model, whose fields that are left to their defaults are
            left out.

    Returns:
        The names and values; none of anything else.
    """
    # Pydantic takes a tenth of a second to import, which a command that fails need not wait for.
    from pydantic import BaseModel

    if isinstance(result, BaseModel):
        return result.model_dump(mode="json", exclude_defaults=True)
    return result if isinstance(result, dict) else {}


def print_result(result: Any) -> None:
    """Print what an entry point returned, a line for each name and value.

    Args:
        result: What :func:`to_fields` takes; nothing is printed of anything else.
    """
    result = to_fields(result)
    width = max((len(str(name)) for name in result), default=0)
    for name, value in result.items():
        text = value if isinstance(value, str) else json.dumps(value, default=str)
        sys.stdout.write(f"{name!s:<{width}}  {text}\n")


def _describe(error: BaseException) -> str:
    # A group holds what several tasks raised; its first error is the reason of the others.
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    message = " ".join(str(error).split())
    if isinstance(error, DioptraError):
        return message
    if isinstance(error, OSError) and error.errno in DISK:
        where = f" ({error.filename})" if error.filename else ""
        return (
            f"{error.strerror}{where}; make room there, or name another folder: DIOPTRA_WORKSPACE "
            "for what is kept, TMPDIR for temporary files"
        )
    # Notes tell, for one, which plugin it was that could not be imported.
    told = ", ".join([message, *(" ".join(note.split()) for note in _notes(error))])
    hint = "run it again with --debug to see where it happened"
    return f"{type(error).__name__}: {told} ({hint})"


def _notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


def _exit(message: str, status: int) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"error: {message}\n")
    sys.exit(status)
