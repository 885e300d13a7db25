from collections.abc import Callable

import pytest

from dioptra import doctor
from dioptra.doctor import Finding, Status

RunCommand = Callable[..., tuple[object, str, str]]


@pytest.mark.parametrize(
    ("status", "exit_status"),
    [(Status.OK, 0), (Status.INFO, 0), (Status.WARN, 0), (Status.FAIL, 1)],
)
def test_the_exit_status_says_whether_a_check_failed(
    run_command: RunCommand,
    monkeypatch: pytest.MonkeyPatch,
    status: Status,
    exit_status: int,
) -> None:
    found = [Finding("Python", Status.OK, "3.11.7"), Finding("Docker", status, "found", "mend it")]
    monkeypatch.setattr(doctor, "examine", lambda: found)
    code, out, err = run_command("doctor")
    assert (code, err) == (exit_status, "")
    assert out.splitlines()[:2] == [
        "ok    Python:  3.11.7",
        f"{status:<4}  Docker:  found; mend it",
    ]
