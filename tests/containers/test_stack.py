"""What the running stack promises of itself, whatever runs on it."""

from pathlib import Path
from typing import Any

import pytest

from dioptra.entrypoint import find_entry_points

SERVICES = ("postgres", "mlflow", "prefect", "worker-cpu")
STEPS = ("secrets", "databases", "data", "deployments")
# The volumes with secrets that a service may read.
READERS = {
    "postgres": {"secrets-postgres"},
    "databases": {"secrets-databases"},
    "mlflow": {"secrets-mlflow"},
    "prefect": {"secrets-prefect"},
    "worker-cpu": set(),
    "data": set(),
    "deployments": set(),
}

each_service = pytest.mark.parametrize("service", SERVICES)
each_container = pytest.mark.parametrize("service", SERVICES + STEPS)


def execute(container: Any, *words: str) -> tuple[int, str]:
    status, output = container.exec_run(list(words))
    return status, output.decode()


@each_service
def test_a_service_is_healthy(stack: Any, service: str) -> None:
    assert stack.container(service).attrs["State"]["Health"]["Status"] == "healthy"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_the_start_has_ended_well(stack: Any, step: str) -> None:
    state = stack.container(step).attrs["State"]
    assert (state["Status"], state["ExitCode"]) == ("exited", 0)


@pytest.mark.usefixtures("stack")
def test_a_stack_without_runs_needs_little_memory(measured: dict[str, float]) -> None:
    assert measured["idle memory, GiB"] <= 1.2


@each_container
def test_a_container_can_change_nothing_of_its_system(stack: Any, service: str) -> None:
    attributes = stack.container(service).attrs
    assert attributes["HostConfig"]["ReadonlyRootfs"] is True
    assert attributes["HostConfig"]["CapDrop"] == ["ALL"]
    assert attributes["HostConfig"]["CapAdd"] is None
    assert "no-new-privileges:true" in attributes["HostConfig"]["SecurityOpt"]
    assert attributes["HostConfig"]["Privileged"] is False


@each_service
def test_a_process_has_no_capability(stack: Any, service: str) -> None:
    _, status = execute(stack.container(service), "grep", "^CapEff", "/proc/self/status")
    assert int(status.split()[1], 16) == 0


@each_service
def test_the_root_is_read_only(stack: Any, service: str) -> None:
    status, output = execute(stack.container(service), "touch", "/etc/changed")
    assert status != 0
    assert "Read-only file system" in output


@each_service
def test_ports_are_open_to_this_machine_alone(stack: Any, service: str) -> None:
    bindings = stack.container(service).attrs["HostConfig"]["PortBindings"] or {}
    hosts = {binding["HostIp"] for port in bindings.values() for binding in port}
    assert hosts == ({"127.0.0.1"} if service in ("mlflow", "prefect") else set())


def reaches_outside(stack: Any, service: str) -> bool:
    """Tell whether a service can connect to an address that is not on the inner network."""
    networks = stack.container("mlflow").attrs["NetworkSettings"]["Networks"]
    address = next(net["IPAddress"] for name, net in networks.items() if name.endswith("_frontend"))
    script = f"timeout 3 bash -c '</dev/tcp/{address}/5000'"
    return execute(stack.container(service), "bash", "-c", script)[0] == 0


@pytest.mark.parametrize(
    ("service", "expected"), [("worker-cpu", False), ("postgres", False), ("prefect", True)]
)
def test_there_is_no_way_out_of_the_inner_network(stack: Any, service: str, expected: bool) -> None:
    assert reaches_outside(stack, service) is expected


@each_container
def test_no_setting_of_a_container_holds_a_secret(stack: Any, service: str) -> None:
    settings = stack.container(service).attrs["Config"]["Env"]
    given = {name: value for name, _, value in (item.partition("=") for item in settings)}
    secret = {name for name in given if name.endswith(("PASSWORD", "SECRET_KEY", "DATABASE_URL"))}
    assert {given[name] for name in secret} <= {""}


@pytest.mark.parametrize("service", READERS)
def test_a_service_sees_its_own_secrets_only(stack: Any, service: str) -> None:
    volumes = {mount.get("Name", "") for mount in stack.container(service).attrs["Mounts"]}
    seen = {name.removeprefix("dioptra-test_") for name in volumes if "_secrets-" in name}
    assert seen == READERS[service]


def test_the_code_and_the_data_are_read_only_to_workers(stack: Any) -> None:
    mounts = {
        mount["Destination"]: mount["RW"] for mount in stack.container("worker-cpu").attrs["Mounts"]
    }
    for path in ("src", "task-plugins", "examples"):
        assert mounts[f"/opt/dioptra/{path}"] is False
    assert mounts["/workspace/data"] is False


def ask(stack: Any, role: str, database: str, statement: str) -> tuple[int, str]:
    """Ask PostgreSQL in the name of a role, without the password that the network asks for."""
    words = ["psql", "-tA", "-U", role, "-d", database, "-c", statement]
    return execute(stack.container("postgres"), *words)


@pytest.mark.parametrize(("role", "other"), [("mlflow", "prefect"), ("prefect", "mlflow")])
def test_a_role_cannot_open_the_database_of_another(stack: Any, role: str, other: str) -> None:
    assert ask(stack, role, role, "SELECT 1") == (0, "1\n")
    for database in (other, "postgres"):
        status, output = ask(stack, role, database, "SELECT 1")
        assert status != 0
        assert "permission denied" in output


@pytest.mark.parametrize("role", ["mlflow", "prefect"])
def test_a_role_can_make_neither_roles_nor_databases(stack: Any, role: str) -> None:
    rights = "rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
    _, output = ask(stack, "postgres", "postgres", f"SELECT {rights} FROM pg_roles")  # noqa: S608 - fixed
    assert f"{role}|f|f|f|f|f" in output.splitlines()


def test_a_second_start_of_the_steps_changes_nothing(stack: Any) -> None:
    def known() -> tuple[list[str], list[str], list[str]]:
        deployments = stack.post(f"{stack.prefect}/deployments/filter", {})
        automations = stack.post(f"{stack.prefect}/automations/filter", {})
        pools = stack.post(f"{stack.prefect}/work_pools/filter", {})
        return tuple(
            sorted(item["name"] for item in found) for found in (deployments, automations, pools)
        )

    before = known()
    stack.compose("up", "--no-deps", "--exit-code-from", "deployments", "deployments")
    assert known() == before
    assert "tensorflow-cpu" in before[2]
    assert "tensorflow-gpu" in before[2]


def test_every_entry_point_can_be_started_from_the_page_of_prefect(stack: Any) -> None:
    deployments = stack.post(f"{stack.prefect}/deployments/filter", {})
    entry_points = {found["entrypoint"] for found in deployments}
    names = find_entry_points(Path(__file__).parents[2] / "examples/tensorflow-mnist-classifier")
    assert set(names) <= {entry_point.rpartition(":")[2] for entry_point in entry_points}
    fgm = next(found for found in deployments if found["entrypoint"].endswith("fgm.py:fgm"))
    eps = fgm["parameter_openapi_schema"]["properties"]["eps"]
    assert (eps["type"], eps["minimum"]) == ("number", 0)
    assert eps["description"].startswith("The largest distance of an adversarial image")
    assert fgm["enforce_parameter_schema"] is True


def test_mlflow_answers_to_its_own_names_only(stack: Any) -> None:
    import httpx

    url = f"{stack.mlflow}/api/2.0/mlflow/experiments/search?max_results=1"
    assert httpx.get(url, trust_env=False).status_code == 200
    foreign = httpx.get(url, headers={"Host": "evil.example"}, trust_env=False)
    assert foreign.status_code == 403
