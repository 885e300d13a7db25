from collections.abc import Callable
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.states import Completed, Failed

from dioptra.jobs.deploying import deploy
from dioptra.jobs.submitting import submit
from dioptra.sdk.exceptions import (
    DeploymentNotFoundError,
    EntryPointNotFoundError,
    ParameterError,
)

STORE = """
    from pathlib import Path

    from prefect import flow

    @flow
    def {name}(folder: Path, size: tuple[int, int] = (1, 2)) -> None:
        ...
"""
BOUND = """
    from prefect import flow

    @flow
    def {name}(bound: float | None = None) -> None:
        ...
"""


def test_a_run_waits_in_the_default_pool(
    client: SyncPrefectClient, project: Path, unique: str
) -> None:
    list(deploy([project.parent], [unique, f"{unique}_gpu"]))
    job = submit(project, unique, {"eps": "0.5"})
    run = client.read_flow_run(job.id)
    assert (run.name, run.work_pool_name, run.parameters) == (job.name, unique, {"eps": 0.5})
    assert (job.flow_name, job.pool, job.has_worker) == (unique, unique, False)
    assert job.page.endswith(f"/runs/flow-run/{job.id}")


def test_a_run_waits_in_the_pool_that_is_named(
    client: SyncPrefectClient, project: Path, unique: str
) -> None:
    list(deploy([project.parent], [unique, f"{unique}_gpu"]))
    client.send_worker_heartbeat(f"{unique}_gpu", "worker")
    job = submit(project, unique, {}, f"{unique}_gpu")
    assert client.read_flow_run(job.id).work_pool_name == f"{unique}_gpu"
    assert job.has_worker


def test_values_are_sent_as_json(
    client: SyncPrefectClient, write_project: Callable[..., Path], unique: str
) -> None:
    project = write_project(f"stores/{unique}", **{unique: STORE.format(name=unique)})
    list(deploy([project.parent], [unique]))
    job = submit(project, unique, {"folder": "/data", "size": "3,4"})
    assert client.read_flow_run(job.id).parameters == {"folder": "/data", "size": [3, 4]}


def test_what_is_submitted_once_is_one_run_until_it_fails(
    client: SyncPrefectClient, project: Path, unique: str
) -> None:
    list(deploy([project.parent], [unique]))
    first, second = (submit(project, unique, {}, once=f"point {unique}") for _ in range(2))
    assert first.id == second.id
    assert submit(project, unique, {}, once=f"other {unique}").id != first.id
    client.set_flow_run_state(first.id, Failed(), force=True)
    third = submit(project, unique, {}, once=f"point {unique}")
    assert third.id != first.id
    client.set_flow_run_state(third.id, Completed(), force=True)
    assert submit(project, unique, {}, once=f"point {unique}").id == third.id


def test_a_run_is_given_environment_variables(
    client: SyncPrefectClient, project: Path, unique: str
) -> None:
    list(deploy([project.parent], [unique]))
    job = submit(project, unique, {}, environment={"COLOUR": "red"})
    assert client.read_flow_run(job.id).job_variables == {"env": {"COLOUR": "red"}}


@pytest.mark.parametrize(("texts", "reason"), [({"eps": "2"}, "less than"), ({"x": ""}, "no para")])
def test_a_wrong_parameter_is_refused_before_the_server_is_asked(
    project: Path, unique: str, texts: dict[str, str], reason: str
) -> None:
    with pytest.raises(ParameterError, match=reason):
        submit(project, unique, texts)


def test_an_infinite_number_is_refused_before_the_server_is_asked(
    write_project: Callable[..., Path], unique: str
) -> None:
    project = write_project(f"projects/{unique}", **{unique: BOUND.format(name=unique)})
    with pytest.raises(ParameterError, match=r"^bound cannot be handed .* \(got bound='inf'\)$"):
        submit(project, unique, {"bound": "inf"})


def test_an_unknown_entry_point_names_the_known(project: Path, unique: str) -> None:
    with pytest.raises(EntryPointNotFoundError, match=f"no entry point 'x' .*known: {unique}$"):
        submit(project, "x", {})


@pytest.mark.parametrize("pool", [None, "elsewhere"])
@pytest.mark.usefixtures("client")
def test_a_project_that_is_not_deployed_says_what_to_do(
    project: Path, unique: str, pool: str | None
) -> None:
    with pytest.raises(DeploymentNotFoundError) as caught:
        submit(project, unique, {}, pool)
    assert str(caught.value) == (
        f"the Prefect server has no deployment '{unique}/{unique}'; register it with: "
        "dioptra deploy"
    )


@pytest.mark.usefixtures("client")
def test_a_pool_without_the_deployment_names_those_with_it(project: Path, unique: str) -> None:
    list(deploy([project.parent], [unique]))
    with pytest.raises(
        DeploymentNotFoundError,
        match=f"not deployed to the pool 'elsewhere'; its pools: {unique}; ",
    ):
        submit(project, unique, {}, "elsewhere")
