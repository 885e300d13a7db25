from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient

from dioptra.jobs.deploying import Registered, deploy
from dioptra.jobs.heartbeats import SILENCE_SECONDS
from dioptra.sdk.exceptions import EntryPointNotFoundError


@pytest.mark.usefixtures("client")
def test_every_entry_point_is_deployed_to_every_pool(project: Path, unique: str) -> None:
    items = list(deploy([project.parent], [unique, f"{unique}_gpu"]))
    assert items[:4] == [
        Registered("pool", unique, "created"),
        Registered("pool", f"{unique}_gpu", "created"),
        Registered("deployment", f"{unique}/{unique}", "created"),
        Registered("deployment", f"{unique}/{unique}.{unique}_gpu", "created"),
    ]
    assert {item.kind for item in items[4:]} == {"automation"}


def test_once_more_it_changes_nothing(
    client: SyncPrefectClient, project: Path, unique: str
) -> None:
    list(deploy([project.parent], [unique]))
    before = client.read_deployments(), client.read_work_pools(), client.read_automations()
    items = list(deploy([project.parent], [unique], SILENCE_SECONDS))
    assert {item.change for item in items} == {"unchanged"}
    assert before == (
        client.read_deployments(),
        client.read_work_pools(),
        client.read_automations(),
    )


def test_without_a_project_the_server_is_not_asked(tmp_path: Path) -> None:
    with pytest.raises(EntryPointNotFoundError, match="no project below"):
        next(deploy([tmp_path]))
