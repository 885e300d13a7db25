# SPDX-License-Identifier: Apache-2.0
"""How a run is made the child of another, in a process of its own too."""

# The tag by which MLflow tells children from their parent.
PARENT_TAG = "mlflow.parentRunId"
# The environment variable that names the parent of the runs that a process opens.
PARENT_VARIABLE = "DIOPTRA_PARENT_RUN_ID"
