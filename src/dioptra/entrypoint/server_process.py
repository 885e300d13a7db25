# SPDX-License-Identifier: Apache-2.0
"""The process of an embedded server: ``python -m dioptra.entrypoint.server_process APP PORT``.

It ends when its standard input does. So it outlives no parent, not even one that was killed and
could not end it.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from dioptra.entrypoint.database import lay_out


def end_with_the_parent() -> None:
    """Wait for the end of standard input, and ask this process to end."""
    # Not by sys.stdin, whose lock this thread would hold while the process ends.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main(application: str, port: str) -> None:
    """Serve an application on loopback until the process is told to end.

    Args:
        application: ``MODULE:FACTORY``.
        port: The port.
    """
    import uvicorn

    if "PREFECT_HOME" in os.environ:
        lay_out(Path(os.environ["PREFECT_HOME"]))
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    uvicorn.run(application, factory=True, host="127.0.0.1", port=int(port), log_level="error")


if __name__ == "__main__":
    main(*sys.argv[1:])
