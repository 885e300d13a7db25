import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from dioptra.sdk.exceptions import SweepError
from dioptra.sweep.lock import locked


def hold(folder: Path, ready: "multiprocessing.synchronize.Event") -> None:
    with locked(folder):
        ready.set()
        signal.pause()


def test_one_at_a_time_has_a_folder(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        pytest.raises(SweepError, match=f"^process {os.getpid()} on .* wait until it has ended"),
        locked(tmp_path),
    ):
        raise AssertionError("had by two")
    with locked(tmp_path):
        pass


def test_a_lock_ends_with_a_process_that_was_killed(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    ready = spawning.Event()
    process = spawning.Process(target=hold, args=(tmp_path, ready))
    process.start()
    assert ready.wait(60)
    with pytest.raises(SweepError, match=f"^process {process.pid} on "), locked(tmp_path):
        raise AssertionError("had by two")
    process.kill()
    process.join()
    with locked(tmp_path):
        pass
