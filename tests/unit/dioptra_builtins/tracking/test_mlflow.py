import math
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

import mlflow
import numpy as np
import pytest
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from sqlalchemy.engine.default import DefaultDialect

from dioptra import pyplugs
from dioptra.contracts import ModelContract
from dioptra.reproduction import read_result
from dioptra.sdk.exceptions import NonFiniteError, RunNotFoundError
from dioptra.sdk.interrupts import noting_interrupts
from dioptra_builtins._tracking import NoActiveRunError
from dioptra_builtins.tracking.mlflow import (
    find_runs,
    get_run_data,
    log_metrics,
    log_metrics_at,
    log_parameters,
    log_tensorflow_keras_estimator,
    set_tags,
    start_run,
)

pytestmark = pytest.mark.usefixtures("store")


def look_up(run: mlflow.ActiveRun) -> Any:
    return MlflowClient().get_run(run.info.run_id)


def raise_in_a_run(error: BaseException, runs: list[Any]) -> None:
    with start_run("errors", "fails") as run:
        runs.append(run)
        raise error


def call_in_two_runs(function: Callable[[], None], runs: list[Any]) -> None:
    with start_run("ended", "outer") as outer, start_run("ended", "inner") as inner:
        runs += [outer, inner]
        function()


def test_a_run_is_active_within_its_block_and_finished_after_it() -> None:
    with start_run("first", "train") as run:
        assert mlflow.active_run() is run
        assert look_up(run).info.status == "RUNNING"
    assert mlflow.active_run() is None
    assert look_up(run).info.status == "FINISHED"
    assert look_up(run).info.run_name == "train"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("bad"), "FAILED"),
        (SystemExit(1), "FAILED"),
        (KeyboardInterrupt(), "KILLED"),
    ],
)
def test_a_block_that_ends_early_leaves_its_mark_and_its_error(
    error: BaseException, status: str
) -> None:
    runs: list[Any] = []
    with pytest.raises(type(error)) as caught:
        raise_in_a_run(error, runs)
    assert caught.value is error
    assert look_up(runs[0]).info.status == status
    assert mlflow.active_run() is None


def test_an_error_that_an_interrupt_has_caused_leaves_its_run_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> NoReturn:
        monkeypatch.setattr("dioptra.sdk.interrupts._noted", [2])
        raise ValueError("nothing was imported")

    runs: list[Any] = []
    with pytest.raises(ValueError, match="nothing was imported"):
        call_in_two_runs(fail, runs)
    assert [look_up(run).info.status for run in runs] == ["KILLED", "KILLED"]


def test_an_interrupt_before_the_block_begins_leaves_the_run_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(**_: Any) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("dioptra.provenance.make_manifest", interrupt)
    with pytest.raises(KeyboardInterrupt), start_run("interrupted", "early"):
        pass
    assert mlflow.active_run() is None
    (run,) = mlflow.search_runs(experiment_names=["interrupted"], output_format="list")
    assert run.info.status == "KILLED"


def test_an_interrupt_that_was_swallowed_ends_the_next_run_before_its_block() -> None:
    runs: list[Any] = []
    with noting_interrupts():
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt), start_run("swallowed", "late") as run:
            runs.append(run)
    assert not runs
    (late,) = mlflow.search_runs(experiment_names=["swallowed"], output_format="list")
    assert late.info.status == "KILLED"


def test_an_interrupt_while_a_run_is_made_leaves_it_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = MlflowClient.create_run

    def interrupt(*arguments: Any, **options: Any) -> Any:
        os.kill(os.getpid(), signal.SIGTERM)
        return make(*arguments, **options)

    monkeypatch.setattr(MlflowClient, "create_run", interrupt)
    with noting_interrupts(), pytest.raises(KeyboardInterrupt), start_run("made", "late"):
        pass
    (run,) = mlflow.search_runs(experiment_names=["made"], output_format="list")
    assert run.info.status == "KILLED"


def test_an_interrupt_while_the_store_is_read_leaves_the_runs_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    execute = DefaultDialect.do_execute
    came: list[str] = []

    def interrupt(dialect: Any, cursor: Any, statement: str, *rest: Any) -> None:
        execute(dialect, cursor, statement, *rest)
        if "FROM runs" in statement and not came:
            came.append(statement)
            raise KeyboardInterrupt

    def log() -> None:
        monkeypatch.setattr(DefaultDialect, "do_execute", interrupt)
        log_metrics({"loss": 0.5})

    runs: list[Any] = []
    with pytest.raises(KeyboardInterrupt):
        call_in_two_runs(log, runs)
    assert came
    assert [look_up(run).info.status for run in runs] == ["KILLED", "KILLED"]


def test_an_interrupt_while_a_run_is_ended_leaves_it_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_terminated = MlflowClient.set_terminated

    def interrupt(*_: Any) -> NoReturn:
        monkeypatch.setattr(MlflowClient, "set_terminated", set_terminated)
        raise KeyboardInterrupt

    def begin() -> None:
        monkeypatch.setattr(MlflowClient, "set_terminated", interrupt)

    runs: list[Any] = []
    with pytest.raises(KeyboardInterrupt):
        call_in_two_runs(begin, runs)
    assert mlflow.active_run() is None
    assert [look_up(run).info.status for run in runs] == ["KILLED", "KILLED"]


def test_what_was_logged_before_an_error_is_kept() -> None:
    def train(runs: list[Any]) -> None:
        with start_run("errors", "train") as run:
            runs.append(run)
            log_metrics({"loss": 0.5})
            raise ValueError("diverged")

    runs: list[Any] = []
    with pytest.raises(ValueError, match="diverged"):
        train(runs)
    assert look_up(runs[0]).data.metrics == {"loss": 0.5}


def test_a_run_is_a_child_of_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with start_run("sweeps", "sweep") as parent:
        pass
    monkeypatch.setenv("DIOPTRA_PARENT_RUN_ID", parent.info.run_id)
    with start_run("sweeps", "point") as point, start_run("sweeps", "step") as step:
        pass
    assert look_up(point).data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert look_up(step).data.tags["mlflow.parentRunId"] == point.info.run_id


def test_a_run_that_goes_on_ends_what_its_earlier_start_has_left_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = MlflowClient()
    with start_run("sweeps", "sweep") as parent:
        with start_run("sweeps", "finished") as finished:
            pass
        tags = {"mlflow.parentRunId": parent.info.run_id}
        left = client.create_run(parent.info.experiment_id, run_name="left", tags=tags)
    monkeypatch.setenv("MLFLOW_RUN_ID", parent.info.run_id)
    with start_run("sweeps", "sweep") as again:
        assert again.info.run_id == parent.info.run_id
        assert look_up(again).info.status == "RUNNING"
    statuses = [look_up(run).info.status for run in (left, finished, parent)]
    assert statuses == ["KILLED", "FINISHED", "FINISHED"]


def test_finished_runs_are_found_by_their_tags() -> None:
    with mlflow.start_run() as run:
        mlflow.set_tags({"data_sha256": "of this test", "kind": "first"})
    with suppress(RuntimeError), mlflow.start_run():
        mlflow.set_tag("data_sha256", "of this test")
        raise RuntimeError
    found = find_runs({"data_sha256": "of this test"})
    assert [one.info.run_id for one in found] == [run.info.run_id]
    assert find_runs({"data_sha256": "of this test", "kind": "second"}) == []


def test_what_a_run_has_logged_can_be_read_back() -> None:
    with start_run("first", "train") as run:
        log_parameters({"epochs": 2})
        log_metrics({"loss": 0.5})
        mlflow.log_metric("loss", 0.25, step=1)
    data = get_run_data(run.info.run_id)
    assert data.params == {"epochs": "2"}
    assert data.metrics == {"loss": 0.25}


@pytest.mark.parametrize("run_id", ["0" * 32, ""])
def test_a_run_that_is_not_there_is_named_with_where_to_look(run_id: str) -> None:
    message = f"no run '{run_id}' in the tracking store; is it the run_id .*MLFLOW_TRACKING_URI"
    with pytest.raises(RunNotFoundError, match=message):
        get_run_data(run_id)


def test_a_run_can_be_opened_through_the_registry() -> None:
    opened = pyplugs.call(
        "dioptra_builtins.tracking", "mlflow", "start_run", experiment_name="p", run_name="q"
    )
    with opened as run:
        assert look_up(run).info.run_name == "q"


def test_a_run_within_a_run_is_its_child_in_the_same_experiment() -> None:
    with start_run("family", "parent") as parent, start_run("elsewhere", "child") as child:
        assert mlflow.active_run() is child
    assert look_up(child).data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert child.info.experiment_id == parent.info.experiment_id
    assert mlflow.get_experiment_by_name("elsewhere") is None
    assert {look_up(run).info.status for run in (parent, child)} == {"FINISHED"}


def test_a_child_that_fails_does_not_fail_a_parent_that_goes_on() -> None:
    runs: list[Any] = []
    with start_run("family", "parent") as parent:
        with pytest.raises(ValueError, match="bad"):
            raise_in_a_run(ValueError("bad"), runs)
        assert mlflow.active_run() is parent
    assert look_up(runs[0]).info.status == "FAILED"
    assert look_up(parent).info.status == "FINISHED"


def test_the_run_that_mlflow_has_made_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = mlflow.create_experiment("made by mlflow run")
    made = MlflowClient().create_run(experiment)
    monkeypatch.setenv("MLFLOW_RUN_ID", made.info.run_id)
    with start_run("not made", "train") as run:
        assert run.info.run_id == made.info.run_id
    assert mlflow.get_experiment_by_name("not made") is None
    assert look_up(run).info.status == "FINISHED"
    assert look_up(run).info.run_name == "train"


def test_an_experiment_is_made_once(workspace: Path) -> None:
    with start_run("once", "a") as first:
        pass
    with start_run("once", "b") as second:
        pass
    assert first.info.experiment_id == second.info.experiment_id
    experiment = mlflow.get_experiment(first.info.experiment_id)
    assert experiment.name == "once"
    assert experiment.artifact_location == (workspace / "mlruns" / "once").as_uri()


def test_artifacts_go_below_the_workspace_wherever_the_run_was_started(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "deep").mkdir()
    monkeypatch.chdir(workspace / "deep")
    with start_run("places", "a") as run:
        mlflow.log_text("hello", "note.txt")
    (note,) = workspace.rglob("note.txt")
    assert note.is_relative_to(workspace / "mlruns" / "places" / run.info.run_id)
    assert list((workspace / "deep").iterdir()) == []


def test_the_experiment_of_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "from outside")
    with start_run("from inside", "a") as run:
        pass
    assert mlflow.get_experiment(run.info.experiment_id).name == "from outside"
    assert mlflow.get_experiment_by_name("from inside") is None


def test_a_server_chooses_the_place_of_artifacts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, str | None]] = []

    def create(name: str, artifact_location: str | None) -> None:
        made.append((name, artifact_location))

    monkeypatch.setattr(mlflow, "get_tracking_uri", lambda: "http://tracking.example")
    monkeypatch.setattr(mlflow, "create_experiment", create)
    monkeypatch.setattr(mlflow, "set_experiment", lambda _name: None)
    with start_run("remote", "a"):
        pass
    assert made == [("remote", None)]


def in_flow_run(monkeypatch: pytest.MonkeyPatch, name: str, starts: int = 1) -> None:
    """Stands in for a flow run that was started some times; Prefect has these for tests."""
    monkeypatch.setenv("PREFECT__RUNTIME__FLOW_RUN__ID", name)
    monkeypatch.setenv("PREFECT__RUNTIME__FLOW_RUN__RUN_COUNT", str(starts))


def test_a_run_and_its_children_name_the_flow_run(monkeypatch: pytest.MonkeyPatch) -> None:
    in_flow_run(monkeypatch, "flow run 1")
    with start_run("tagged", "parent") as parent, start_run("tagged", "child") as child:
        pass
    tags = [look_up(run).data.tags["prefect.flow_run_id"] for run in (parent, child)]
    assert tags == ["flow run 1", "flow run 1"]


def test_outside_a_flow_run_there_is_no_such_tag() -> None:
    with start_run("tagged", "a") as run:
        pass
    assert "prefect.flow_run_id" not in look_up(run).data.tags


def test_the_run_that_mlflow_has_made_names_the_flow_run_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = MlflowClient().create_run(mlflow.create_experiment("tagged by mlflow run"))
    monkeypatch.setenv("MLFLOW_RUN_ID", made.info.run_id)
    in_flow_run(monkeypatch, "flow run 2")
    with start_run("not made", "a") as run:
        pass
    assert look_up(run).data.tags["prefect.flow_run_id"] == "flow run 2"


@pytest.mark.parametrize(("starts", "status"), [(1, "RUNNING"), (2, "KILLED")])
def test_a_second_start_ends_what_the_first_has_left_running(
    monkeypatch: pytest.MonkeyPatch, starts: int, status: str
) -> None:
    client = MlflowClient()
    name = f"flow run that is started {starts}"
    experiment = mlflow.create_experiment(name)
    tags = {"prefect.flow_run_id": name}
    crashed = client.create_run(experiment, tags=tags)
    child = client.create_run(experiment, tags={"mlflow.parentRunId": crashed.info.run_id})
    done = client.create_run(experiment, tags=tags)
    client.set_terminated(done.info.run_id, "FINISHED")
    other = client.create_run(experiment, tags={"prefect.flow_run_id": "another"})
    in_flow_run(monkeypatch, name, starts)
    with start_run("second start", "parent"), start_run("second start", "child"):
        pass
    assert [look_up(run).info.status for run in (crashed, child)] == [status, status]
    assert [look_up(run).info.status for run in (done, other)] == ["FINISHED", "RUNNING"]


@pytest.mark.parametrize("values", [{"accuracy": 0.5, "loss": 1.25}, {}])
def test_metrics_are_logged(values: dict[str, float]) -> None:
    with start_run("metrics", "a") as run:
        log_metrics(values)
    assert look_up(run).data.metrics == values


def test_metrics_of_numpy_are_logged() -> None:
    with start_run("metrics", "a") as run:
        log_metrics({"share": np.float32(0.25), "n": np.int64(3)})
    assert look_up(run).data.metrics == {"share": 0.25, "n": 3}


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), np.float32("inf")])
def test_a_metric_that_is_no_finite_number_is_refused_by_name_and_nothing_is_logged(
    value: float,
) -> None:
    def log(runs: list[Any]) -> None:
        with start_run("metrics", "a") as run:
            runs.append(run)
            log_metrics({"accuracy": 0.5, "loss": value})

    runs: list[Any] = []
    with pytest.raises(NonFiniteError, match=f"the metric 'loss' is {value}, and a metric is"):
        log(runs)
    assert look_up(runs[0]).data.metrics == {}


def test_metrics_have_a_value_at_each_step() -> None:
    with mlflow.start_run() as run:
        for epoch, loss in enumerate([2.0, 1.0]):
            log_metrics_at(epoch, {"loss": loss})
        with pytest.raises(NonFiniteError, match="'loss' is nan"):
            log_metrics_at(2, {"loss": math.nan})
    history = MlflowClient().get_metric_history(run.info.run_id, "loss")
    assert [(one.step, one.value) for one in history] == [(0, 2.0), (1, 1.0)]


def test_parameters_are_logged_as_text() -> None:
    with start_run("parameters", "a") as run:
        log_parameters({"eps": 0.3, "norm": float("inf"), "minimal": False, "shape": (8, 8, 1)})
    assert look_up(run).data.params == {
        "eps": "0.3",
        "norm": "inf",
        "minimal": "False",
        "shape": "(8, 8, 1)",
    }


@pytest.mark.parametrize(
    ("task", "kind"), [(log_parameters, "params"), (log_metrics, "metrics")], ids=["params", "met"]
)
def test_more_values_than_a_batch_of_mlflow_holds_are_all_logged(
    task: Callable[[dict[str, Any]], None], kind: str
) -> None:
    with start_run("many", "a") as run:
        task({f"value_{number}": number for number in range(1205)})
    logged = getattr(look_up(run).data, kind)
    assert {name: float(value) for name, value in logged.items()} == {
        f"value_{number}": number for number in range(1205)
    }


@pytest.mark.parametrize(
    ("task", "method"), [(log_metrics, "log_metrics"), (log_parameters, "log_params")]
)
def test_all_values_are_logged_by_one_call(
    task: Callable[[dict[str, Any]], None], method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(mlflow, method, calls.append)
    with start_run("calls", "a"):
        task({"a": 1, "b": 2})
    assert calls == [{"a": 1, "b": 2}]


def test_parameters_that_mlflow_run_has_logged_stay_as_they_were_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    experiment = mlflow.create_experiment("typed")
    client = MlflowClient()
    made = client.create_run(experiment, tags={"mlflow.project.entryPoint": "fgm"})
    client.log_param(made.info.run_id, "eps", ".10")
    monkeypatch.setenv("MLFLOW_RUN_ID", made.info.run_id)
    with start_run("typed", "a") as run:
        log_parameters({"eps": 0.1, "norm": "inf"})
    assert look_up(run).data.params == {"eps": ".10", "norm": "inf"}


def test_a_second_value_of_a_parameter_is_an_error_elsewhere() -> None:
    with start_run("second", "a"):
        log_parameters({"eps": 0.1})
        with pytest.raises(mlflow.MlflowException, match="not allowed"):
            log_parameters({"eps": 0.2})


@pytest.mark.parametrize("task", [log_metrics, log_parameters])
def test_outside_a_run_nothing_is_logged(task: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(NoActiveRunError):
        task({"a": 1})
    assert mlflow.active_run() is None


@pytest.fixture(scope="module")
def model(tensorflow: None) -> Any:  # noqa: ARG001 - it comes first
    import keras

    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    # As training does; Keras warns of an optimizer that is loaded without its variables.
    model.optimizer.build(model.trainable_variables)
    return model


def log(model: Any, name: str = "model") -> Any:
    with start_run("models", "a") as run:
        log_tensorflow_keras_estimator(model, name)
    (logged,) = MlflowClient().search_logged_models(
        [run.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'"
    )
    return logged


def test_a_model_is_logged_under_its_name_with_its_weights(model: Any) -> None:
    logged = log(model, "net")
    assert logged.name == "net"
    loaded = mlflow.tensorflow.load_model(logged.model_uri)
    for ours, theirs in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert loaded.loss == "categorical_crossentropy"


def test_a_model_has_the_signature_of_its_tensors(model: Any) -> None:
    signature = mlflow.models.get_model_info(log(model).model_uri).signature
    (taken,), (given,) = signature.inputs.inputs, signature.outputs.inputs
    assert (taken.type, taken.shape, taken.name) == (np.float32, (-1, 8, 8, 1), None)
    assert (given.type, given.shape, given.name) == (np.float32, (-1, 3), None)


@pytest.mark.usefixtures("tensorflow")
def test_several_inputs_and_outputs_are_told_apart_by_name() -> None:
    import keras

    left = keras.Input((4,), name="left")
    right = keras.Input((2,), name="right", dtype="int32")
    joined = keras.layers.Concatenate()([left, keras.ops.cast(right, "float32")])
    outputs = [keras.layers.Dense(n)(joined) for n in (1, 3)]
    logged = log(keras.Model([left, right], outputs))
    signature = mlflow.models.get_model_info(logged.model_uri).signature
    assert [(spec.name, spec.type, spec.shape) for spec in signature.inputs.inputs] == [
        ("left", np.float32, (-1, 4)),
        ("right", np.int32, (-1, 2)),
    ]
    assert [spec.shape for spec in signature.outputs.inputs] == [(-1, 1), (-1, 3)]
    assert all(spec.name for spec in signature.outputs.inputs)


def test_a_model_names_the_versions_that_it_was_made_with(model: Any) -> None:
    folder = Path(mlflow.artifacts.download_artifacts(log(model).model_uri))
    requirements = (folder / "requirements.txt").read_text().splitlines()
    assert f"keras=={version('keras')}" in requirements
    assert f"numpy=={version('numpy')}" in requirements


def test_a_contract_is_kept_among_the_metadata(model: Any) -> None:
    contract = ModelContract(
        class_names=("a", "b", "c"),
        image_size=(8, 8, 1),
        pixel_interval=(0, 1),
        output="probabilities",
        outputs=3,
        loss="categorical_crossentropy",
    )
    with start_run("models", "a") as run:
        log_tensorflow_keras_estimator(model, "with contract", contract)
    (logged,) = MlflowClient().search_logged_models(
        [run.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'"
    )
    kept = mlflow.models.get_model_info(logged.model_uri).metadata
    assert ModelContract(**kept["dioptra.contract"]) == contract


def test_a_model_whose_training_has_diverged_is_not_logged(model: Any) -> None:
    import keras

    diverged = keras.models.clone_model(model)
    kernel, bias = model.get_weights()
    diverged.set_weights([kernel * np.nan, bias])
    with pytest.raises(NonFiniteError, match="its training has diverged"):
        log(diverged)


def test_outside_a_run_no_model_is_logged(model: Any) -> None:
    with pytest.raises(NoActiveRunError):
        log_tensorflow_keras_estimator(model, "model")
    assert mlflow.active_run() is None


def test_a_run_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = {name for name in os.environ if name.startswith("DIOPTRA_")}
    monkeypatch.delenv("MLFLOW_RUN_ID", raising=False)
    with start_run("environment", "a"):
        pass
    assert {name for name in os.environ if name.startswith("DIOPTRA_")} == before
    assert "MLFLOW_RUN_ID" not in os.environ


def test_a_run_leaves_a_manifest_with_what_it_has_logged() -> None:
    with start_run("manifests", "train") as run:
        log_parameters({"seed": "-1", "used_seed": "7", "eps": "0.1"})
        log_metrics({"loss": 0.5})
        # As other code may.
        mlflow.log_metric("gradient", float("nan"))
        set_tags({"weights_sha256": "ab", "note": "none of these"})
        with start_run("manifests", "part") as part:
            log_metrics({"loss": 0.25})
    result = read_result(run.info.run_id)
    assert result["parameters"] == {"used_seed": "7", "eps": "0.1"}
    assert result["metrics"] == {"loss": 0.5, "gradient": "nan"}
    assert result["hashes"] == {"weights_sha256": "ab"}
    assert read_result(part.info.run_id)["metrics"] == {"loss": 0.25}


def test_tags_are_set_on_the_active_run() -> None:
    with start_run("tags", "train") as run:
        set_tags({"weights_sha256": "ab"})
    assert look_up(run).data.tags["weights_sha256"] == "ab"


def test_tags_without_a_run_are_refused() -> None:
    with pytest.raises(NoActiveRunError):
        set_tags({"a": "b"})


def test_an_experiment_that_another_process_has_just_made_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = mlflow.create_experiment("made at once")
    monkeypatch.setattr(mlflow, "get_experiment_by_name", lambda _: None)
    with start_run("made at once", "a") as run:
        pass
    assert run.info.experiment_id == place


def test_an_experiment_that_mlflow_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mlflow, "get_experiment_by_name", lambda _: None)
    with pytest.raises(MlflowException, match="Invalid experiment name"), start_run("", "a"):
        pass
