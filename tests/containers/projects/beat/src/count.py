"""An entry point that logs something at every step, for tests of what an outage loses."""

import time
from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from dioptra import pyplugs


@flow
def count(
    steps: Annotated[int, Field(ge=1)] = 20, seconds: Annotated[float, Field(ge=0)] = 1.0
) -> dict[str, Any]:
    """Log a metric, a parameter and an artifact at every step.

    Args:
        steps: The number of steps.
        seconds: How long a step takes, in seconds.
    """
    import mlflow

    opened = pyplugs.call(
        "dioptra_builtins.tracking",
        "mlflow",
        "start_run",
        experiment_name="beat",
        run_name="count",
    )
    with opened as run:
        for step in range(steps):
            pyplugs.call_task(
                "dioptra_builtins.tracking",
                "mlflow",
                "log_metrics",
                metrics={f"metric_{step}": step},
            )
            pyplugs.call_task(
                "dioptra_builtins.tracking",
                "mlflow",
                "log_parameters",
                parameters={f"parameter_{step}": step},
            )
            mlflow.log_text(str(step), f"steps/{step}.txt")
            time.sleep(seconds)
        return {"run_id": run.info.run_id}
