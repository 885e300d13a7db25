# SPDX-License-Identifier: Apache-2.0
"""``dioptra sweep``: run an entry point at every point of a grid."""

import sys
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from dioptra.cli.assignments import Assignments, split_assignments
from dioptra.cli.projects import choose_entry_point
from dioptra.cli.saying import say
from dioptra.sdk.exceptions import ParameterError


def sweep(
    project: str,
    entry_point: str | None = None,
    /,
    *,
    parameters: Assignments = None,
    name: str | None = None,
    workers: Annotated[int, Parameter(validator=Number(gte=1))] = 1,
    runner: Literal["processes", "dask", "ray"] = "processes",
    address: str | None = None,
    pool: str | None = None,
) -> None:
    """Run an entry point at every point of a grid, and make one table.

    What has finished is kept: started again with the same parameters, a sweep that was interrupted
    or killed goes on where it was. The table, as CSV and as Parquet, the curves and the
    report are in results/sweeps/NAME in the workspace, and in MLflow, where the run of the sweep
    has a child for each point.

    Args:
        project: A project folder, such as examples/tensorflow-mnist-classifier, or an entry point
            that comes with Dioptra, such as attack.
        entry_point: The entry point of a folder: a file of its src folder, without the .py.
        parameters: A parameter as NAME=VALUE, NAME=VALUE,VALUE or NAME=FIRST:LAST:STEP with both
            ends, for whole numbers also NAME=FIRST:LAST. Commas within a JSON object or double
            quotes belong to the value. May be given more than once, and must be for several values
            of a list.
        name: The sweep's name (default: that of the project and the entry point).
        workers: How many processes of this machine share the points.
        runner: What these are: a pool of processes, or a cluster of Dask or Ray, for which Prefect
            has the packages prefect-dask and prefect-ray.
        address: A cluster of Dask or Ray that is there already, whose workers share the points.
        pool: A work pool of a standing Prefect server, whose workers share the points instead.
    """
    from dioptra.sweep import make_runner
    from dioptra.sweep import sweep as run_sweep

    source, entry = choose_entry_point(project, entry_point)
    if entry is None:
        raise ParameterError(
            f"name the entry point of {project!r}; dioptra run {project} lists them"
        )
    folder = run_sweep(
        source,
        entry,
        split_assignments(parameters),
        name,
        make_runner(runner, workers, address),
        pool,
        say,
    )
    sys.stdout.write(f"{folder / 'table.csv'}\n")
