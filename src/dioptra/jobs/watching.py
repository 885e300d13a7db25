# SPDX-License-Identifier: Apache-2.0
"""Following a flow run to its end."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from dioptra.jobs.feed import Feed, describe_state, tell
from dioptra.jobs.heartbeats import RESTARTED_RUN_COUNT
from dioptra.jobs.outages import POLL_SECONDS, patiently
from dioptra.jobs.prefect_api import prefect_client

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

RESTART_SECONDS = 40
"""How long after a crash the server may take to start the run again."""

LAST_LOGS_SECONDS = 3
"""How long after its end a run's log may still grow."""


def watch(flow_run_id: UUID, say: Callable[[str], object]) -> str | None:
    """Follow a flow run to its end, over crashes that it is started again from.

    Args:
        flow_run_id: The flow run.
        say: Takes each line of its story.

    Returns:
        Why it did not complete; None where it did.

    Raises:
        ServiceError: The server does not answer for longer than a restart takes.
    """
    with prefect_client() as client:
        feed = Feed(client, flow_run_id)
        end = _follow(lambda: _tell_news(feed, say))
        time.sleep(LAST_LOGS_SECONDS)
        _tell_news(feed, say)
        return None if end.is_completed() else describe_state(end)


def wait(flow_run_id: UUID) -> str | None:
    """Wait for the end of a flow run, over crashes that it is started again from.

    Args:
        flow_run_id: The flow run.

    Returns:
        Why it did not complete; None where it did.

    Raises:
        ServiceError: The server does not answer for longer than a restart takes.
    """
    with prefect_client() as client:
        feed = Feed(client, flow_run_id)
        end = _follow(lambda: patiently(feed.new_states))
        return None if end.is_completed() else describe_state(end)


def _follow(read_news: Callable[[], list["State"]]) -> "State":
    states = read_news()
    changed = time.monotonic()
    while not _is_settled(states, since=time.monotonic() - changed):
        time.sleep(POLL_SECONDS)
        news = read_news()
        if news:
            states += news
            changed = time.monotonic()
    return states[-1]


def _tell_news(feed: Feed, say: Callable[[str], object]) -> list["State"]:
    states = patiently(feed.new_states)
    for line in tell(states, patiently(feed.new_logs)):
        say(line)
    return states


def _is_settled(states: list["State"], since: float) -> bool:
    if not states or not states[-1].is_final():
        return False
    starts = sum(state.is_running() for state in states)
    may_restart = states[-1].is_crashed() and starts == RESTARTED_RUN_COUNT
    return not may_restart or since > RESTART_SECONDS
