# SPDX-License-Identifier: Apache-2.0
"""Work pools: queues of runs, each for one kind of worker."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

POOLS = ("tensorflow-cpu", "tensorflow-gpu")
"""The pools of the stack; a run goes to the first where no other is named."""


def make_pool(client: "SyncPrefectClient", name: str) -> bool:
    """Make a work pool of processes where there is none of that name.

    Args:
        client: Of the Prefect server.
        name: The pool's name.

    Returns:
        Whether it was made. One that exists is left as it is, with what was set on its page.
    """
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    # Without a command, the worker starts one process to look at the files, and then that of the
    # run; there is nothing to look for here, and a start takes one and a half seconds.
    template["variables"]["properties"]["command"]["default"] = "python -m prefect.engine"
    try:
        client.create_work_pool(
            WorkPoolCreate(name=name, type=ProcessWorker.type, base_job_template=template)
        )
    except ObjectAlreadyExists:
        return False
    return True


def has_online_worker(client: "SyncPrefectClient", name: str) -> bool:
    """Say whether a worker takes runs from a pool.

    Args:
        client: Of the Prefect server.
        name: The pool's name.
    """
    from prefect.client.schemas.objects import WorkerStatus

    workers = client.read_workers_for_work_pool(name)
    return any(worker.status == WorkerStatus.ONLINE for worker in workers)
