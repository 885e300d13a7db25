# SPDX-License-Identifier: Apache-2.0
"""Defaults for the environment variables of the tools underneath, each with its reason."""

import os
import sys

from dioptra.sdk.workspace import find_state, find_workspace

# The embedded server starts within seconds, but not on a machine that is busy. A server that fails
# ends, and is not waited for; this is for one that neither starts nor ends.
SERVER_START_SECONDS = 600


def defaults() -> dict[str, str]:
    """List the variables that Dioptra sets where the user has not.

    Returns:
        Variable names and values.
    """
    state = find_state()
    return {
        # One store for a whole workspace, where `mlflow ui` finds it without options.
        "MLFLOW_TRACKING_URI": f"sqlite:///{find_workspace() / 'mlflow.db'}",
        # Each tool would otherwise keep files of its own in the home folder.
        "PREFECT_HOME": str(state),
        "KERAS_HOME": str(state / "keras"),
        "MPLCONFIGDIR": str(state / "matplotlib"),
        # No part of the testbed reports to anyone.
        "DO_NOT_TRACK": "1",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # Prefect would hash the inputs of every task, models and arrays too.
        "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
        # Prefect would give up on it after 20 s, when a flow is called as a plain function.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(SERVER_START_SECONDS),
        # An error reaches the caller as an exception; the tools' logs would repeat its traceback.
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "GIT_PYTHON_REFRESH": "quiet",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        # oneDNN gives other rounding than Eigen, so results must not depend on a build's default.
        "TF_ENABLE_ONEDNN_OPTS": "1",
    }


def set_defaults() -> None:
    """Set the default of every variable that is not set."""
    for name, value in defaults().items():
        os.environ.setdefault(name, value)
    if "prefect" in sys.modules:
        # It read its settings when it was imported, before this.
        from prefect.context import refresh_global_settings_context
        from prefect.logging.configuration import setup_logging

        refresh_global_settings_context()
        setup_logging()
