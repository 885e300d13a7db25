# SPDX-License-Identifier: Apache-2.0
"""What every plugin that logs to MLflow checks first."""

from typing import Any

from dioptra.sdk.exceptions import DioptraError


class NoActiveRunError(DioptraError, RuntimeError):
    """A task that logs was called outside a run."""


def require_active_run() -> Any:
    """Get the active MLflow run, instead of letting MLflow start a stray one.

    Raises:
        NoActiveRunError: No run is active.
    """
    import mlflow

    active_run = mlflow.active_run()
    if active_run is None:
        raise NoActiveRunError(
            "no MLflow run is active; log within `with mlflow.start_run():` or the `start_run` of "
            "dioptra_builtins.tracking.mlflow"
        )
    return active_run
