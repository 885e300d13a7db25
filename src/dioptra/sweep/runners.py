# SPDX-License-Identifier: Apache-2.0
"""What points run on side by side: processes of this machine, or a cluster of Dask or Ray."""

import logging
from typing import TYPE_CHECKING, Any, Literal

from dioptra.sdk.exceptions import ParameterError
from dioptra.sdk.interrupts import follow_the_parent
from dioptra.sdk.requirements import check_requirements

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

Kind = Literal["processes", "dask", "ray"]


def make_runner(kind: Kind, workers: int, address: str | None = None) -> "TaskRunner[Any] | None":
    """Make a task runner of Prefect.

    Args:
        kind: Processes of this machine, or Dask or Ray.
        workers: How many processes share the points, at least 1; a cluster that is there already
            has its own.
        address: That of a cluster of Dask or Ray, such as ``tcp://10.0.0.1:8786``; without one, it
            is started on this machine, and ended with the sweep.

    Returns:
        The task runner; None where one process is enough, which is this one.

    Raises:
        MissingRequirementError: Prefect's package for the cluster is not installed.
        ParameterError: There is an address, and no cluster.
    """
    if kind == "processes":
        return _make_pool(workers, address)
    check_requirements([f"prefect_{kind}"], f"a sweep on {kind.capitalize()}")
    if kind == "dask":
        from prefect_dask.task_runners import DaskTaskRunner

        started = {
            "n_workers": workers,
            # The settings of TensorFlow and the run of MLflow belong to a process.
            "threads_per_worker": 1,
            "dashboard_address": None,
            # At its end, it warns of workers that take longer than four seconds to leave.
            "silence_logs": logging.ERROR,
        }
        return DaskTaskRunner(address=address, cluster_kwargs=None if address else started)
    from prefect_ray import RayTaskRunner

    started = {"num_cpus": workers, "include_dashboard": False}
    runner: TaskRunner[Any]
    runner = RayTaskRunner(address=address, init_kwargs=None if address else started)
    return runner


def _make_pool(workers: int, address: str | None) -> "TaskRunner[Any] | None":
    if address is not None:
        raise ParameterError(
            f"{address} is to be that of a cluster: name its kind, --runner dask or --runner ray"
        )
    if workers == 1:
        return None
    from prefect.task_runners import ProcessPoolTaskRunner

    # An interrupt from a terminal reaches all processes. One that raised it as an exception would
    # hand that to the pool as its result, and the pool's threads would die of it.
    return ProcessPoolTaskRunner(max_workers=workers, initializer=follow_the_parent)
