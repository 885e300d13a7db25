"""The example on the stack: the same numbers as on the host, and all of it in MLflow."""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
TARBALL = "adversarial_images.tar.gz"
EXAMPLE = "examples/tensorflow-mnist-classifier"
# Sums of float32 in another order may move an image across the border between two classes.
ACCURACY = 0.005
# Two of the demo's six strengths: the models are trained as on the host, in half of the time.
STRENGTHS = (0.1, 0.3)


@pytest.fixture(scope="module")
def host() -> dict[str, Any]:
    """The results of the host's demo; its data set is the one that is used here."""
    file = ROOT / "results" / "demo" / "results.json"
    assert file.is_file(), "what the stack gives is compared with the host's; run first: make demo"
    results: dict[str, Any] = json.loads(file.read_text())
    return results


@pytest.fixture(scope="module")
def demo(stack: Any, host: dict[str, Any]) -> dict[str, Any]:
    """Run the demo through the workers; gives its MLflow run, its output and results."""
    words = ["-P", f"dataset={host['dataset']}", "-P", "eps=" + ",".join(map(str, STRENGTHS))]
    done = stack.run("dioptra", "submit", EXAMPLE, "demo", *words, "--watch")
    flow_run = stack.find_id(done.stdout)
    run = next(
        run
        for run in stack.mlflow_runs(flow_run)
        if "mlflow.parentRunId" not in {tag["key"] for tag in run["data"]["tags"]}
    )
    results = artifact(stack, run["info"]["run_id"], "results/results.json")
    return {
        "flow_run": flow_run,
        "run": run,
        "output": done.stdout,
        "results": json.loads(results),
    }


def artifact(stack: Any, run_id: str, path: str) -> bytes:
    answer = httpx.get(
        f"{stack.mlflow}/get-artifact",
        params={"run_id": run_id, "path": path},
        timeout=60,
        trust_env=False,
    )
    assert answer.is_success, answer.text
    return answer.content


def test_the_run_is_completed_in_prefect_and_finished_in_mlflow(
    stack: Any, demo: dict[str, Any]
) -> None:
    assert stack.flow_run(demo["flow_run"])["state_type"] == "COMPLETED"
    statuses = {run["info"]["status"] for run in stack.mlflow_runs(demo["flow_run"])}
    assert statuses == {"FINISHED"}


def test_the_table_of_results_is_printed_with_the_link_to_the_run(demo: dict[str, Any]) -> None:
    assert "Accuracy under attack" in demo["output"]
    assert f"/runs/{demo['run']['info']['run_id']}" in demo["output"]


def test_both_models_are_registered(stack: Any, demo: dict[str, Any]) -> None:
    found = stack.get(f"{stack.mlflow}/api/2.0/mlflow/registered-models/search")
    names = {model["name"] for model in found["registered_models"]}
    assert set(demo["results"]["models"]) <= names


def test_the_accuracies_are_those_of_the_host(
    demo: dict[str, Any], host: dict[str, Any], measured: dict[str, float]
) -> None:
    here = demo["results"]
    assert here["dataset"] == host["dataset"]
    assert here["n_test"] == host["n_test"]
    known = [attack for attack in host["attacks"] if attack["eps"] in STRENGTHS]
    differences = [
        abs(ours["accuracy"] - theirs["accuracy"])
        for ours, theirs in zip(here["attacks"], known, strict=True)
    ]
    measured["largest difference of an accuracy from the host's"] = max(differences)
    assert max(differences) <= ACCURACY
    for name, model in here["models"].items():
        assert abs(model["clean_accuracy"] - host["models"][name]["clean_accuracy"]) <= ACCURACY


def test_adversarial_images_arrive_as_they_were_stored(
    stack: Any, demo: dict[str, Any], measured: dict[str, float]
) -> None:
    runs = stack.mlflow_runs(demo["flow_run"])
    attacks = [run["info"] for run in runs if run["info"]["run_name"].startswith("fgm ")]
    assert len(attacks) == 2 * len(STRENGTHS)
    hashes = set()
    for attack in attacks:
        fetched = hashlib.sha256(artifact(stack, attack["run_id"], TARBALL)).hexdigest()
        root = attack["artifact_uri"].partition("mlflow-artifacts:")[2].lstrip("/")
        status, output = stack.container("mlflow").exec_run(
            ["sha256sum", f"/mlflow/artifacts/{root}/{TARBALL}"]
        )
        assert status == 0
        assert output.decode().split()[0] == fetched
        hashes.add(fetched)
    # Equal content gives equal bytes, so this tells whether every pixel is the host's.
    host = {
        hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (ROOT / "mlruns").glob(f"*/*/artifacts/{TARBALL}")
    }
    measured["sets of adversarial images that equal the host's, of 4"] = len(hashes & host)


def test_an_entry_point_can_run_on_its_own(stack: Any, measured: dict[str, float]) -> None:
    run_id = stack.submit(
        EXAMPLE, "train", "-P", "epochs=1", "-P", "model_architecture=shallow_net"
    )
    run = stack.wait_for_state(run_id, "COMPLETED", "FAILED", "CRASHED")
    assert run["state_type"] == "COMPLETED"
    measured["submit to start, seconds"] = run["estimated_start_time_delta"]
    tasks = stack.post(
        f"{stack.prefect}/task_runs/filter", {"flow_runs": {"id": {"any_": [run_id]}}}
    )
    first = min(datetime.fromisoformat(task["start_time"]) for task in tasks)
    submitted = datetime.fromisoformat(run["created"])
    measured["submit to first task, seconds"] = (first - submitted).total_seconds()
