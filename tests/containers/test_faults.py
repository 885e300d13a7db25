"""What a run survives: servers that go away and come back, and workers that do not."""

import time
from typing import Any

import pytest

BEAT = "tests/containers/projects/beat"
STEPS = 20
AWAY = 10


def count(stack: Any, steps: int = STEPS) -> str:
    """Submit the run that logs something every second, and wait until it has begun to."""
    run_id: str = stack.submit(BEAT, "count", "-P", f"steps={steps}")
    stack.wait_for_state(run_id, "RUNNING", seconds=60)
    stack.wait_for(lambda: logged(stack, run_id)[0] >= 3, 60)
    return run_id


def logged(stack: Any, run_id: str) -> tuple[int, int]:
    """Count the metrics and parameters of the newest MLflow run of a flow run."""
    runs = stack.mlflow_runs(run_id)
    data = runs[0]["data"] if runs else {}
    return len(data.get("metrics", [])), len(data.get("params", []))


@pytest.mark.parametrize("service", ["postgres", "mlflow", "prefect"])
def test_a_server_that_is_away_for_ten_seconds_costs_a_run_nothing(
    stack: Any, service: str
) -> None:
    run_id = count(stack)
    container = stack.container(service)
    container.kill()
    time.sleep(AWAY)
    container.start()
    stack.wait_for_state(run_id, "COMPLETED")
    stack.wait_for(lambda: logged(stack, run_id) == (STEPS, STEPS), 30)
    (run,) = stack.mlflow_runs(run_id)
    assert run["info"]["status"] == "FINISHED"
    listed = stack.get(
        f"{stack.mlflow}/api/2.0/mlflow/artifacts/list",
        run_id=run["info"]["run_id"],
        path="steps",
    )
    assert len(listed["files"]) == STEPS
    stack.wait_for_health(service)
    stack.wait_for_health("worker-cpu")


def test_a_run_that_nothing_disturbs_loses_nothing(stack: Any) -> None:
    run_id = stack.submit(BEAT, "count", "-P", "steps=3")
    stack.wait_for_state(run_id, "COMPLETED")
    assert logged(stack, run_id) == (3, 3)


def test_two_workers_share_the_runs(stack: Any) -> None:
    stack.compose("up", "--detach", "--no-deps", "--scale", "worker-cpu=2", "worker-cpu")
    try:
        stack.wait_for(
            lambda: all(
                container.attrs["State"]["Health"]["Status"] == "healthy"
                for container in stack.containers("worker-cpu")
            )
        )
        assert len(stack.containers("worker-cpu")) == 2
        first, second = (stack.submit(BEAT, "count", "-P", "steps=15") for _ in range(2))
        # A worker takes one run at a time, so both run at once on two workers only.
        stack.wait_for(
            lambda: {stack.flow_run(run)["state_type"] for run in (first, second)} == {"RUNNING"},
            60,
        )
        for run in (first, second):
            stack.wait_for_state(run, "COMPLETED")
    finally:
        stack.compose("up", "--detach", "--no-deps", "--scale", "worker-cpu=1", "worker-cpu")


def test_a_run_whose_worker_dies_ends_as_crashed_and_is_started_again_once(stack: Any) -> None:
    run_id = count(stack, steps=30)
    container = stack.container("worker-cpu")
    container.kill()
    killed = time.monotonic()
    stack.wait_for(lambda: "CRASHED" in states(stack, run_id), 130)
    assert time.monotonic() - killed <= 120
    container.start()
    stack.wait_for_state(run_id, "COMPLETED", seconds=180)
    assert stack.flow_run(run_id)["run_count"] == 2
    again, dead = stack.mlflow_runs(run_id)
    assert again["info"]["status"] == "FINISHED"
    assert dead["info"]["status"] == "KILLED"
    assert logged(stack, run_id) == (30, 30)


def states(stack: Any, run_id: str) -> list[str]:
    found = stack.get(f"{stack.prefect}/flow_run_states/", flow_run_id=run_id)
    return [state["type"] for state in found]


def test_a_stack_that_was_down_has_all_its_runs_when_it_is_up_again(
    stack: Any, measured: dict[str, float]
) -> None:
    run_id = stack.submit(BEAT, "count", "-P", "steps=1")
    stack.wait_for_state(run_id, "COMPLETED")
    before = stack.mlflow_runs(run_id)
    stack.compose("down")
    started = time.monotonic()
    stack.compose("up", "--detach", "worker-cpu")
    stack.wait_for_all()
    measured["warm up, seconds"] = time.monotonic() - started
    assert stack.flow_run(run_id)["state_type"] == "COMPLETED"
    assert stack.mlflow_runs(run_id) == before


def test_a_parameter_out_of_range_is_refused_before_anything_is_submitted(stack: Any) -> None:
    done = stack.run("dioptra", "submit", BEAT, "count", "-P", "steps=0", check=False)
    assert done.returncode == 2
    assert "steps" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_prefect_itself_refuses_a_parameter_out_of_range(stack: Any) -> None:
    import httpx

    found = stack.post(f"{stack.prefect}/deployments/filter", {})
    count = next(one for one in found if one["entrypoint"].endswith("count.py:count"))
    url = f"{stack.prefect}/deployments/{count['id']}/create_flow_run"
    answer = httpx.post(url, json={"parameters": {"steps": 0}}, trust_env=False)
    assert answer.status_code in (409, 422)
