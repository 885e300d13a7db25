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


@contextmanager
def open_session(checkout: Path) -> Iterator[Shell]:
    """Open a shell in a copy of the checkout; at the end nothing of it is left."""
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory(prefix="page-", ignore_cleanup_errors=True) as name:
        root, home, scratch = (Path(name) / part for part in ("checkout", "home", "tmp"))
        for folder in (root, home, scratch):
            folder.mkdir()
        copy_files(checkout, root)
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
