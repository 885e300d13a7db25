from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import State
from prefect.states import AwaitingRetry, Completed, Crashed, Failed, Pending, Running

from dioptra.jobs import watching

ONCE = Crashed(name="CrashedOnce")


class Script:
    """The states of a flow run, some for each time that they are asked for."""

    def __init__(self, *news: list[State[Any]]) -> None:
        self.news = list(news)

    def __call__(self, *_: object) -> "Script":
        return self

    def new_states(self) -> list[State[Any]]:
        return self.news.pop(0) if self.news else []

    def new_logs(self) -> list[Any]:
        return []


def follow(
    monkeypatch: pytest.MonkeyPatch, *news: list[State[Any]]
) -> tuple[str | None, list[str]]:
    told: list[str] = []
    monkeypatch.setattr(watching, "Feed", Script(*news))
    monkeypatch.setattr(watching, "POLL_SECONDS", 0)
    monkeypatch.setattr(watching, "LAST_LOGS_SECONDS", 0)
    reason = watching.watch(uuid4(), told.append)
    return reason, [line.split("  ")[1] for line in told]


def test_a_run_is_followed_until_it_completes(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, told = follow(monkeypatch, [Pending()], [], [Running()], [Completed()])
    assert reason is None
    assert told == ["Pending", "Running", "Completed"]


def test_a_run_that_fails_gives_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    reason, _ = follow(monkeypatch, [], [Running()], [Failed(message="out of luck")])
    assert reason == "Failed: out of luck"


def test_a_run_is_followed_over_its_first_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    news = [[Running()], [Crashed()], [ONCE], [], [AwaitingRetry()], [Running()], [Completed()]]
    reason, told = follow(monkeypatch, *news)
    assert reason is None
    assert told[-3:] == ["AwaitingRetry", "Running", "Completed"]


@pytest.mark.parametrize(
    "states", [[Crashed()], [Running(), Crashed(), AwaitingRetry(), Running(), Crashed()]]
)
def test_a_crash_that_no_restart_follows_is_the_end(
    monkeypatch: pytest.MonkeyPatch, states: list[State[Any]]
) -> None:
    assert follow(monkeypatch, states)[0] == "Crashed"


def test_a_restart_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "RESTART_SECONDS", 0)
    assert follow(monkeypatch, [Running(), Crashed()])[0] == "Crashed"


@pytest.mark.parametrize(
    ("end", "reason"), [(Completed(), None), (Failed(message="out of luck"), "Failed: out of luck")]
)
def test_the_end_of_a_run_can_be_waited_for_without_its_story(
    monkeypatch: pytest.MonkeyPatch, end: State[Any], reason: str | None
) -> None:
    script = Script([Pending()], [], [Running()], [Crashed()], [AwaitingRetry(), Running()], [end])
    monkeypatch.setattr(watching, "Feed", script)
    monkeypatch.setattr(watching, "POLL_SECONDS", 0)
    assert watching.wait(uuid4()) == reason
