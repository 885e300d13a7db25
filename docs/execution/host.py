"""A page's session on the host: a fresh folder, and a shell in it."""

import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from execution.checkout import copy_files
from execution.environment import describe_host
from execution.shell import BASH, Shell

MARK = "SESSION_OF_PAGE"
PARTS = ("checkout", "home", "tmp")


@contextmanager
def open_session(checkout: Path) -> Iterator[Shell]:
    """Open a shell in a copy of the checkout; at the end nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="page-", ignore_cleanup_errors=True) as name:
        prepare(Path(name), checkout)
        with open_shell(Path(name), checkout) as shell:
            yield shell


def prepare(folder: Path, checkout: Path) -> None:
    """Make what a shell needs: the copy of the checkout, a home, and a place for what passes."""
    for part in PARTS:
        (folder / part).mkdir(parents=True)
    copy_files(checkout, folder / PARTS[0])


@contextmanager
def open_shell(folder: Path, checkout: Path) -> Iterator[Shell]:
    """Open a shell in a prepared folder; at the end no process of it is left."""
    mark = uuid.uuid4().hex
    root, home, scratch = (folder / part for part in PARTS)
    environment = describe_host(root, home, checkout)
    environment |= {"TMPDIR": str(scratch), MARK: mark}
    shell = Shell(BASH, str(root), environment, root)
    try:
        yield shell
    finally:
        shell.kill()
        kill_marked(mark)


def kill_marked(mark: str) -> None:
    """Kill what left the process group of the session but has its environment."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == mark:
                process.kill()
