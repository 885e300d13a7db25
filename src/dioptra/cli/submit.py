# SPDX-License-Identifier: Apache-2.0
"""``dioptra submit``: have an entry point run by a worker of a stack."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dioptra.cli.assignments import Assignments, read_assignments
from dioptra.sdk.exceptions import JobError, ResultsError, ServiceError

if TYPE_CHECKING:
    from dioptra.jobs import Job


def submit(
    project: Path,
    entry_point: str,
    /,
    *,
    parameters: Assignments = None,
    pool: str | None = None,
    watch: bool = False,
) -> None:
    """Hand an entry point of a project folder to the workers of a standing Prefect server.

    Args:
        project: The folder, such as examples/tensorflow-mnist-classifier.
        entry_point: The entry point's name: a file of the project's src folder, without its .py.
        parameters: A parameter as NAME=VALUE; may be given more than once.
        pool: The work pool (default: that of the deployment that bears the project's name alone).
        watch: Follow the run to its end, and show what it has logged; its exit status is 0 where
            the run completed. An interrupt ends the watching and not the run.
    """
    from dioptra import jobs

    job = jobs.submit(project, entry_point, read_assignments(parameters), pool)
    sys.stdout.write(f"run   {job.name}\nid    {job.id}\npage  {job.page}\n")
    sys.stdout.flush()
    if not job.has_worker:
        _warn(f"no worker of the pool {job.pool!r} is online; the run waits for one (make up)")
    if watch:
        _watch(job)


def _watch(job: "Job") -> None:
    from dioptra import jobs
    from dioptra.entrypoint.reporting import INTERRUPTED
    from dioptra.jobs.outcome import print_outcome

    try:
        failure = jobs.watch(job.id, _say)
        try:
            print_outcome(job.id)
        except (ResultsError, ServiceError) as error:
            # How the run ended does not depend on what can be shown of it.
            _warn(str(error))
    except KeyboardInterrupt:
        sys.stderr.write(f"no longer watched; the run goes on: {job.page}\n")
        sys.exit(INTERRUPTED)
    if failure is not None:
        raise JobError(f"{job.flow_name} did not complete: {failure} ({job.page})")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _warn(message: str) -> None:
    sys.stderr.write(f"warning: {message}\n")
