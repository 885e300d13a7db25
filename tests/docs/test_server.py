"""The Prefect server beside a page."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from execution import server
from execution.blocks import Block, Failure, Mark
from execution.evaluators import run_block
from execution.running import Running
from execution.shell import BASH, Shell

URL = "os.environ['PREFECT_API_URL'] + '/health'"
ASK = f'python -c "import httpx, os; print(httpx.get({URL}).text)"'


@contextmanager
def open_shell(folder: Path) -> Iterator[Shell]:
    """A shell in which `python` is the one of the tests."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "DIOPTRA_WORKSPACE": str(folder)}
    shell = Shell(BASH, str(folder), environment, folder)
    try:
        yield shell
    finally:
        shell.kill()


def make_block(content: str, *marks: Mark) -> Block:
    return Block(line=7, first=9, language="console", content=content, marks=marks)


MARK = Mark(server.MARK, 5, "many runs follow")


def test_a_marked_block_and_those_after_it_have_a_server_until_the_page_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page = Running(lambda: open_shell(tmp_path))
    try:
        run_block(make_block("$ echo ${PREFECT_API_URL:-none}\nnone"), page)
        run_block(make_block(f"$ {ASK}\ntrue", MARK), page)
        run_block(make_block(f"$ {ASK}\ntrue"), page)
        shell = page.open()
        group = [one for one in psutil.process_iter() if os.getpgid(one.pid) == shell.process.pid]
        assert list(tmp_path.glob("page-server-*/prefect.db"))
        assert any("dioptra.entrypoint.server_process" in one.cmdline() for one in group)
    finally:
        page.close()
    _, alive = psutil.wait_procs(group, timeout=10)
    assert not alive
    assert not list(tmp_path.glob("page-server-*"))


def test_a_server_that_does_not_start_is_told_at_the_line_of_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "APPLICATION", "prefect.server.api.server:create_nothing")
    page = Running(lambda: open_shell(tmp_path))
    try:
        with pytest.raises(Failure, match="did not start") as caught:
            run_block(make_block("$ true", MARK), page)
    finally:
        page.close()
    assert caught.value.line == 7
    assert caught.value.ends_page
