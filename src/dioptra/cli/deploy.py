# SPDX-License-Identifier: Apache-2.0
"""``dioptra deploy``: tell a Prefect server what can be submitted."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

EXAMPLES = Path("examples")


def deploy(
    *folders: Path,
    pool: Annotated[list[str] | None, Parameter(negative="")] = None,
    silence: int | None = None,
) -> None:
    """Register work pools, entry points and automations on the standing Prefect server.

    The code itself is read from its folder when a run starts. Called once more, it changes nothing
    but what has changed in the flows' signatures. The deployment of an entry point fgm bears the
    project's name, fgm/PROJECT; in pools other than the default one, fgm/PROJECT.POOL.

    Args:
        folders: Hold project folders, at paths that the workers see too (default: examples).
        pool: A work pool for the entry points; may be given more than once, and the first is the
            default one (default: tensorflow-cpu and tensorflow-gpu).
        silence: The seconds without a heartbeat after which a run is taken for crashed
            (default: as long as three of them take).
    """
    from dioptra.jobs import deploying
    from dioptra.jobs.heartbeats import SILENCE_SECONDS
    from dioptra.jobs.pools import POOLS

    for item in deploying.deploy(folders or [EXAMPLES], pool or POOLS, silence or SILENCE_SECONDS):
        sys.stdout.write(f"{item.kind:<10}  {item.change:<9}  {item.name}\n")
