# SPDX-License-Identifier: Apache-2.0
"""The story of a flow run as lines: its states and its logs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import Log, State

# Threads and processes of a run send their logs in batches of their own, this much apart at most.
LATE = timedelta(seconds=30)
PAGE = 200

# Prefect writes it for every task, without the task's name.
TASK_ENDED = "Finished in state Completed()"

Entry = TypeVar("Entry", "State", "Log")


class Line(NamedTuple):
    """A line of the story."""

    time: datetime
    text: str


class Feed:
    """What has happened to a flow run since it was last asked for."""

    def __init__(self, client: "SyncPrefectClient", flow_run_id: UUID) -> None:
        self._client = client
        self._id = flow_run_id
        self._told: set[UUID] = set()
        self._latest: datetime | None = None

    def new_states(self) -> list["State"]:
        """Read the states that were not read before, in their order."""
        return self._untold(self._client.read_flow_run_states(self._id))

    def new_logs(self) -> list["Log"]:
        """Read the log lines that were not read before, in their order."""
        logs = self._untold(self._read_logs())
        self._latest = max((log.timestamp for log in logs), default=self._latest)
        return logs

    def _read_logs(self) -> list["Log"]:
        from prefect.client.schemas.filters import LogFilter
        from prefect.client.schemas.sorting import LogSort

        criteria: dict[str, Any] = {"flow_run_id": {"any_": [self._id]}}
        if self._latest is not None:
            criteria["timestamp"] = {"after_": self._latest - LATE}
        logs: list[Log] = []
        while len(logs) % PAGE == 0:
            page = self._client.read_logs(
                LogFilter.model_validate(criteria),
                limit=PAGE,
                offset=len(logs),
                sort=LogSort.TIMESTAMP_ASC,
            )
            if not page:
                break
            logs.extend(page)
        return logs

    def _untold(self, entries: Iterable[Entry]) -> list[Entry]:
        new = [entry for entry in entries if entry.id not in self._told]
        self._told.update(entry.id for entry in new)
        return new


def tell(states: Iterable["State"], logs: Iterable["Log"]) -> list[str]:
    """Write states and log lines as one story, in the order of their times.

    Args:
        states: States of a flow run.
        logs: Its log lines.

    Returns:
        Lines such as ``"12:03:04  Running"`` and ``"12:03:05  | epoch 1 of 2"``.
    """
    lines = [Line(state.timestamp, describe_state(state)) for state in states]
    lines += [Line(log.timestamp, f"| {log.message}") for log in logs if log.message != TASK_ENDED]
    lines.sort(key=lambda line: line.time)
    return [f"{line.time.astimezone():%H:%M:%S}  {line.text}" for line in lines]


def describe_state(state: "State") -> str:
    """Write a state's name, with its reason where it has one."""
    # A success says no more than its name.
    message = "" if state.is_completed() else " ".join((state.message or "").split())
    return f"{state.name}: {message}" if message else str(state.name)
