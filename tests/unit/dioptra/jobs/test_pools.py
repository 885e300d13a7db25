from uuid import uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolUpdate

from dioptra.jobs.pools import has_online_worker, make_pool


def test_a_pool_takes_processes(client: SyncPrefectClient, unique: str) -> None:
    assert make_pool(client, unique)
    assert client.read_work_pool(unique).type == "process"


def test_a_run_of_a_pool_starts_one_process(client: SyncPrefectClient, unique: str) -> None:
    make_pool(client, unique)
    variables = client.read_work_pool(unique).base_job_template["variables"]["properties"]
    assert variables["command"]["default"] == "python -m prefect.engine"


def test_a_pool_that_is_there_keeps_what_was_set(client: SyncPrefectClient, unique: str) -> None:
    make_pool(client, unique)
    client.update_work_pool(unique, WorkPoolUpdate(description="mine"))
    before = client.read_work_pool(unique)
    assert not make_pool(client, unique)
    assert client.read_work_pool(unique) == before
    assert before.description == "mine"


@pytest.mark.parametrize("online", [True, False])
def test_a_worker_that_beats_is_online(
    client: SyncPrefectClient, unique: str, online: bool
) -> None:
    make_pool(client, unique)
    if online:
        client.send_worker_heartbeat(unique, f"worker {uuid4()}")
    assert has_online_worker(client, unique) is online
