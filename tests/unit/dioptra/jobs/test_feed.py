from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import LogCreate
from prefect.states import Completed, Crashed, Pending, Running

from dioptra.jobs import feed as module
from dioptra.jobs.feed import TASK_ENDED, Feed, tell

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def run(client: SyncPrefectClient, flow: Flow[..., Any]) -> UUID:
    return client.create_flow_run(flow, state=Pending()).id


def log(client: SyncPrefectClient, run: UUID, **seconds: float) -> None:
    client.create_logs(
        LogCreate(
            name="test",
            level=20,
            message=message,
            timestamp=NOON + timedelta(seconds=after),  # type: ignore[arg-type]
            flow_run_id=run,
        )
        for message, after in seconds.items()
    )


def test_a_state_is_read_once(client: SyncPrefectClient, run: UUID) -> None:
    feed = Feed(client, run)
    assert [state.name for state in feed.new_states()] == ["Pending"]
    client.set_flow_run_state(run, Running())
    client.set_flow_run_state(run, Completed())
    assert [state.name for state in feed.new_states()] == ["Running", "Completed"]
    assert feed.new_states() == []


def test_a_log_line_is_read_once_and_a_late_one_too(client: SyncPrefectClient, run: UUID) -> None:
    feed = Feed(client, run)
    log(client, run, second=2, first=1)
    assert [entry.message for entry in feed.new_logs()] == ["first", "second"]
    log(client, run, third=3, late=0)
    assert [entry.message for entry in feed.new_logs()] == ["late", "third"]
    assert feed.new_logs() == []


@pytest.mark.parametrize("count", [0, 2, 4, 5])
def test_lines_are_read_in_pages(
    client: SyncPrefectClient, run: UUID, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    log(client, run, **{f"line {number}": number for number in range(count)})
    assert len(Feed(client, run).new_logs()) == count


def test_the_story_is_in_the_order_of_time(client: SyncPrefectClient, run: UUID) -> None:
    log(client, run, hello=1, end=3)
    states = [Running(timestamp=NOON), Completed(timestamp=NOON + timedelta(seconds=2))]
    lines = tell(states, Feed(client, run).new_logs())
    assert [line.split("  ")[1] for line in lines] == ["Running", "| hello", "Completed", "| end"]
    assert lines[0].startswith(f"{NOON.astimezone():%H:%M:%S}  ")


def test_the_end_of_a_task_is_left_out(client: SyncPrefectClient, run: UUID) -> None:
    log(client, run, **{TASK_ENDED: 0})
    assert tell([], Feed(client, run).new_logs()) == []


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (Completed(message="All states completed."), "Completed"),
        (Crashed(message="no\nheartbeat"), "Crashed: no heartbeat"),
        (Crashed(name="CrashedOnce"), "CrashedOnce"),
    ],
)
def test_a_state_that_is_no_success_gives_its_reason(state: Any, text: str) -> None:
    assert module.describe_state(state) == text
