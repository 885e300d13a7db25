# SPDX-License-Identifier: Apache-2.0
"""The process of an embedded server: ``python -m dioptra.entrypoint.server_process APP``.

It prints its URL as soon as it listens, before it can answer. It ends when its standard input does:
so it outlives no parent, not even one that was killed and could not end it.
"""

import os
import signal
import socket
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


def main(application: str) -> None:
    """Serve an application on a free port of loopback until the process is told to end.

    Args:
        application: ``MODULE:FACTORY``.
    """
    import uvicorn

    # Bound here and never let go: a port that is looked for beforehand can be another's by now.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # As asyncio does with its own sockets. Else the kernel holds the second part of an answer
        # back until the first is acknowledged, some 40 ms later.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        # Nobody reads more than that line.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        if "PREFECT_HOME" in os.environ:
            lay_out(Path(os.environ["PREFECT_HOME"]))
        threading.Thread(target=end_with_the_parent, daemon=True).start()
        config = uvicorn.Config(application, factory=True, log_level="error")
        uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
