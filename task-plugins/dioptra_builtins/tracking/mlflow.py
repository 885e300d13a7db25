# SPDX-License-Identifier: Apache-2.0
"""Runs, and what they log to MLflow."""

import logging
import math
import os
import traceback
from collections.abc import Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra.contracts import KEY
from dioptra.sdk.exceptions import NonFiniteError, RunNotFoundError
from dioptra.sdk.interrupts import holding_interrupts, raise_if_interrupted, was_interrupted
from dioptra.sdk.runs import PARENT_TAG, PARENT_VARIABLE
from dioptra_builtins._finite import check_weights
from dioptra_builtins._store import make_store
from dioptra_builtins._tracking import require_active_run

FLOW_RUN_TAG = "prefect.flow_run_id"
SECOND_START = 2
HASHED = "_sha256"

if TYPE_CHECKING:
    from collections.abc import Iterator

    import keras
    import mlflow

    from dioptra.contracts import ModelContract


@pyplugs.register(requires=("mlflow",))
@contextmanager
def start_run(experiment_name: str, run_name: str) -> "Iterator[mlflow.ActiveRun]":
    """Open an MLflow run for a ``with`` block; call it with ``pyplugs.call``, not as a task.

    Where ``mlflow run`` has made a run already, or ``MLFLOW_RUN_ID`` names one to go on with, it is
    that one. Within another run it is a child of it, as it is of the run that the environment
    variable ``DIOPTRA_PARENT_RUN_ID`` names. A block that ends by an error leaves the run FAILED,
    one that is interrupted KILLED.

    The tag ``prefect.flow_run_id`` names the flow run it belongs to, where there is one. What an
    earlier start of the same run, or flow run, has left RUNNING when it crashed is ended as KILLED.

    MLflow's client waits for a server that is away, as its environment variables say. From now on
    it also asks this process's questions again where the server's answer has broken off.

    A block that ends well leaves the artifact ``manifest.json``: the parameters, metrics and hashes
    (tags with ``_sha256`` in their names) of the run, and what it takes to make it again.

    Args:
        experiment_name: The experiment, made where there is none of that name. The environment
            variable ``MLFLOW_EXPERIMENT_NAME`` wins.
        run_name: The run's name.

    Yields:
        The active run.

    Raises:
        StoreError: MLflow's database cannot be made or read.
    """
    import mlflow

    from dioptra import provenance
    from dioptra_builtins._whole_answers import ask_again_for_broken_answers

    ask_again_for_broken_answers()
    make_store()
    tags = _flow_run_tags()
    active, parent = mlflow.active_run(), os.environ.get(PARENT_VARIABLE)
    is_outermost = active is None
    # A point of a sweep has a result of its own, also in the process that has the sweep's run open.
    is_part = active is not None and active.info.run_id != parent
    is_resumed = is_outermost and "MLFLOW_RUN_ID" in os.environ
    _set_experiment(experiment_name)
    if tags and is_outermost:
        _end_crashed_runs()
    if parent and is_outermost:
        tags[PARENT_TAG] = parent
    active_run = None
    try:
        with holding_interrupts():
            active_run = mlflow.start_run(run_name=run_name, nested=True, tags=tags)
        if is_resumed:
            # Else the children of this run would go to the default experiment.
            mlflow.set_experiment(experiment_id=active_run.info.experiment_id)
            _end_children(active_run)
        # Before the work begins, as code may change while it lasts.
        manifest = provenance.make_manifest(is_part=is_part)
        # Python swallows an interrupt in the callback of a weak reference, as SQLAlchemy has many.
        raise_if_interrupted()
        yield active_run
        _log_manifest(active_run.info.run_id, manifest)
        mlflow.end_run()
    except BaseException as error:
        is_killed = isinstance(error, KeyboardInterrupt) or was_interrupted()
        if is_killed:
            _release_locals(error)
        if active_run is not None:
            _end_run(active_run, "KILLED" if is_killed else "FAILED")
        raise


@pyplugs.register(requires=("mlflow",))
def log_metrics(metrics: Mapping[str, float]) -> None:
    """Log metrics to the active run, in one batch.

    Args:
        metrics: Names and finite values.

    Raises:
        NoActiveRunError: No run is active.
        NonFiniteError: A value is NaN or infinite; none was logged.
    """
    import mlflow

    require_active_run()
    _check_finite(metrics)
    mlflow.log_metrics(dict(metrics))


@pyplugs.register(requires=("mlflow",))
def log_metrics_at(step: int, metrics: Mapping[str, float]) -> None:
    """Log the values that metrics have at a step, such as an epoch; MLflow draws them as curves.

    Args:
        step: The step, a whole number.
        metrics: Names and finite values.

    Raises:
        NoActiveRunError: No run is active.
        NonFiniteError: A value is NaN or infinite; none was logged.
    """
    import mlflow

    require_active_run()
    _check_finite(metrics)
    mlflow.log_metrics(dict(metrics), step=step)


@pyplugs.register(requires=("mlflow",))
def get_run_data(run_id: str) -> "mlflow.entities.RunData":
    """Get what a run has logged: its parameters, its metrics and its tags.

    Args:
        run_id: The run.

    Returns:
        ``params``, names and texts; ``metrics``, names and the latest value of each; ``tags``,
        names and texts.

    Raises:
        RunNotFoundError: There is no such run.
        StoreError: MLflow's database cannot be made or read.
    """
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    make_store()
    try:
        return MlflowClient().get_run(run_id).data
    except MlflowException as error:
        # The latter is its answer to an empty one.
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise
        raise RunNotFoundError(
            f"no run {run_id!r} in the tracking store; is it the run_id that an entry point "
            "returned, and MLFLOW_TRACKING_URI the store of its run?"
        ) from None


@pyplugs.register(requires=("mlflow",))
def find_runs(tags: Mapping[str, str]) -> "list[mlflow.entities.Run]":
    """Find the finished runs of all experiments that have certain tags.

    Args:
        tags: Names and values; at least one.

    Returns:
        The runs, the newest first.

    Raises:
        StoreError: MLflow's database cannot be made or read.
    """
    from mlflow.tracking import MlflowClient

    make_store()
    client = MlflowClient()
    places = [place.experiment_id for place in client.search_experiments()]
    wanted = [f"tags.`{name}` = '{value}'" for name, value in tags.items()]
    query = " AND ".join([*wanted, "attributes.status = 'FINISHED'"])
    return list(client.search_runs(places, query, order_by=["attributes.start_time DESC"]))


@pyplugs.register(requires=("mlflow",))
def log_parameters(parameters: Mapping[str, Any]) -> None:
    """Log parameters to the active run, in one batch.

    In a run that ``mlflow run`` has made, its parameters are there already, as they were typed;
    they are left so, since MLflow takes no second value for a parameter.

    Args:
        parameters: Names and values.

    Raises:
        NoActiveRunError: No run is active.
    """
    import mlflow
    from mlflow.utils.mlflow_tags import MLFLOW_PROJECT_ENTRY_POINT

    run = require_active_run()
    typed = run.data.params if MLFLOW_PROJECT_ENTRY_POINT in run.data.tags else {}
    mlflow.log_params({name: value for name, value in parameters.items() if name not in typed})


@pyplugs.register(requires=("mlflow",))
def set_tags(tags: Mapping[str, str]) -> None:
    """Set tags of the active run, in one batch.

    Args:
        tags: Names and values. Those with ``_sha256`` in their names are taken for hashes of what
            the run used and made, and come into its manifest.

    Raises:
        NoActiveRunError: No run is active.
    """
    import mlflow

    require_active_run()
    mlflow.set_tags(dict(tags))


@pyplugs.register(requires=("mlflow", "keras", "tensorflow"))
def log_tensorflow_keras_estimator(
    estimator: "keras.Model", model_dir: str, contract: "ModelContract | None" = None
) -> None:
    """Log a Keras model, with its signature and its contract, to the active run.

    Args:
        estimator: A built model.
        model_dir: The name of the model within the run.
        contract: What its input and output mean, as made by ``registry.contracts``. Without it, the
            model cannot be attacked or evaluated by its name until it is added.

    Raises:
        NoActiveRunError: No run is active.
        NonFiniteError: A weight is NaN or infinite.
    """
    import mlflow.tensorflow
    import numpy as np
    from mlflow.models import ModelSignature
    from mlflow.types.schema import Schema, TensorSpec

    def schema(tensors: list[Any]) -> Schema:
        return Schema(
            [TensorSpec(np.dtype(t.dtype), (-1, *t.shape[1:]), t.name) for t in tensors]
            if len(tensors) > 1
            else [TensorSpec(np.dtype(t.dtype), (-1, *t.shape[1:])) for t in tensors]
        )

    require_active_run()
    check_weights(estimator)
    # Where there is no pip, as in the images, MLflow warns that it cannot tell its version.
    logging.getLogger("mlflow.utils.environment").setLevel(logging.ERROR)
    mlflow.tensorflow.log_model(
        estimator,
        name=model_dir,
        signature=ModelSignature(schema(estimator.inputs), schema(estimator.outputs)),
        metadata=None if contract is None else {KEY: contract.model_dump(mode="json")},
        # MLflow would otherwise import everything once more, in seconds, to guess these.
        pip_requirements=[
            f"{name}=={version(name)}" for name in ("keras", "numpy") if version(name)
        ],
    )


def _check_finite(metrics: Mapping[str, float]) -> None:
    for name, value in metrics.items():
        if not math.isfinite(value):
            raise NonFiniteError(
                f"the metric {name!r} is {value}, and a metric is a finite number; look for what "
                "made it: a mean over no images, a loss that has overflowed, weights that are NaN"
            )


def _log_manifest(run_id: str, manifest: dict[str, Any]) -> None:
    import mlflow
    from mlflow.tracking import MlflowClient

    from dioptra import provenance
    from dioptra.sdk.seal import seal

    data = MlflowClient().get_run(run_id).data
    # log_metrics takes none of these, but other code may have logged them; JSON has no notation.
    metrics = {
        name: value if math.isfinite(value) else str(value) for name, value in data.metrics.items()
    }
    settled = provenance.settle_parameters(manifest, data.params)
    # As the flow took them, where the command line had .1 for 0.1. A seed that was drawn, logged as
    # used_seed, takes the place of the -1 that asked for it.
    parameters = {
        name: settled["parameters"].get(name, text)
        for name, text in data.params.items()
        if f"used_{name}" not in data.params
    }
    result = {
        "parameters": parameters,
        "metrics": metrics,
        "hashes": {name: value for name, value in data.tags.items() if HASHED in name},
        "manifest": settled,
    }
    mlflow.log_dict(seal(result), provenance.FILE)


def _flow_run_tags() -> dict[str, str]:
    from prefect.runtime import flow_run

    return {FLOW_RUN_TAG: flow_run.id} if flow_run.id else {}


def _release_locals(error: BaseException) -> None:
    # A query that an interrupt has stopped locks SQLite's file for as long as something refers
    # to it, and the frames of the traceback do.
    context: BaseException | None = error
    while context is not None:
        traceback.clear_frames(context.__traceback__)
        context = context.__context__


def _end_run(run: "mlflow.ActiveRun", status: str) -> None:
    import mlflow

    if mlflow.active_run() is run:
        mlflow.end_run(status)
    else:
        # An interrupt came when MLflow had let go of the run, and not yet ended it.
        mlflow.MlflowClient().set_terminated(run.info.run_id, status)


def _end_crashed_runs() -> None:
    from mlflow.tracking import MlflowClient
    from prefect.runtime import flow_run

    if flow_run.run_count < SECOND_START:
        return
    client = MlflowClient()
    places = [place.experiment_id for place in client.search_experiments()]
    earlier = client.search_runs(places, f"tags.`{FLOW_RUN_TAG}` = '{flow_run.id}'")
    for crashed in earlier:
        _end_children(crashed)
        if crashed.info.status == "RUNNING":
            client.set_terminated(crashed.info.run_id, "KILLED")


def _end_children(parent: "mlflow.entities.Run") -> None:
    from mlflow.tracking import MlflowClient

    client = MlflowClient()
    family = f"tags.`{PARENT_TAG}` = '{parent.info.run_id}'"
    for run in client.search_runs([parent.info.experiment_id], family):
        if run.info.status == "RUNNING":
            client.set_terminated(run.info.run_id, "KILLED")


def _set_experiment(name: str) -> None:
    import mlflow

    from dioptra.sdk.workspace import find_workspace

    if mlflow.active_run() is not None or os.environ.get("MLFLOW_RUN_ID"):
        return
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME", name)
    if mlflow.get_experiment_by_name(name) is None:
        # A store without a server would put the files below the working directory of the moment.
        local = mlflow.get_tracking_uri().startswith("sqlite:")
        location = (find_workspace() / "mlruns" / name).as_uri() if local else None
        with _let_another_be_first():
            mlflow.create_experiment(name, artifact_location=location)
    mlflow.set_experiment(name)


@contextmanager
def _let_another_be_first() -> "Iterator[None]":
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
