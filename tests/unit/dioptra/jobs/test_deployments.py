from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.exceptions import PrefectHTTPStatusError

from dioptra.jobs.deployments import deployment_name, describe_deployment, register_deployment
from dioptra.jobs.pools import make_pool


@pytest.fixture
def fields(client: SyncPrefectClient, project: Path, flow: Any, unique: str) -> dict[str, Any]:
    make_pool(client, unique)
    return describe_deployment(project, unique, flow, unique)


@pytest.mark.parametrize(("pool", "name"), [("cpu", "mnist"), ("gpu", "mnist.gpu")])
def test_the_default_pool_is_not_named(pool: str, name: str) -> None:
    assert deployment_name("mnist", pool, "cpu") == name


def test_the_server_knows_the_parameters_and_their_descriptions(
    client: SyncPrefectClient, fields: dict[str, Any], unique: str
) -> None:
    assert register_deployment(client, unique, "mine", fields) == "created"
    made = client.read_deployment_by_name(f"{unique}/mine")
    eps = made.parameter_openapi_schema["properties"]["eps"]
    assert (eps["description"], eps["maximum"], eps["default"]) == ("The strength.", 1, 0.3)
    assert made.description == "Attack a classifier."


def test_the_code_is_read_from_the_folder(fields: dict[str, Any], unique: str) -> None:
    folder = fields["path"]
    assert Path(folder, f"src/{unique}.py").is_file()
    assert fields["entrypoint"] == f"src/{unique}.py:{unique}"
    assert [list(step.values()) for step in fields["pull_steps"]] == [[{"directory": folder}]]


def test_the_server_refuses_a_value_that_is_not_allowed(
    client: SyncPrefectClient, fields: dict[str, Any], unique: str
) -> None:
    register_deployment(client, unique, "mine", fields)
    made = client.read_deployment_by_name(f"{unique}/mine")
    with pytest.raises(PrefectHTTPStatusError, match="greater than the maximum"):
        client.create_flow_run_from_deployment(made.id, parameters={"eps": 1.5})


def test_once_more_nothing_changes(
    client: SyncPrefectClient, fields: dict[str, Any], unique: str
) -> None:
    register_deployment(client, unique, "mine", fields)
    before = client.read_deployment_by_name(f"{unique}/mine")
    assert register_deployment(client, unique, "mine", fields) == "unchanged"
    assert client.read_deployment_by_name(f"{unique}/mine") == before


def test_a_change_leaves_schedules_alone(
    client: SyncPrefectClient, fields: dict[str, Any], unique: str
) -> None:
    register_deployment(client, unique, "mine", fields)
    made = client.read_deployment_by_name(f"{unique}/mine")
    client.create_deployment_schedules(
        made.id, [(IntervalSchedule(interval=timedelta(days=1)), False)]
    )
    changed = {**fields, "description": "Another."}
    assert register_deployment(client, unique, "mine", changed) == "updated"
    found = client.read_deployment_by_name(f"{unique}/mine")
    assert (found.id, found.description, len(found.schedules)) == (made.id, "Another.", 1)
