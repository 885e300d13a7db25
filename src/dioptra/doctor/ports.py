# SPDX-License-Identifier: Apache-2.0
"""The ports of the stack on this machine."""

from dioptra.doctor.finding import Finding, Status
from dioptra.doctor.visits import Visit


def check_port(visit: Visit, program: str) -> Finding:
    """Check that a port is free, or taken by its own service.

    Args:
        visit: What was found there.
        program: The name of the program that listens; empty if not known.

    Returns:
        The finding.
    """
    service, title = visit.service, visit.service.title
    move = f"set {service.port_variable} in .env to a free port"
    if visit.port is None:
        found = f"{service.port_variable} is {visit.setting!r}, which is no port"
        return Finding(f"{title} port", Status.FAIL, found, move)
    name = f"port {visit.port}"
    if visit.is_ours:
        version = visit.version_text
        return Finding(name, Status.OK, f"{title} {version} answers".replace("  ", " "))
    if not visit.health.listening:
        return Finding(name, Status.OK, f"free for {title}")
    taken = f"taken by {program or 'another program'}, which"
    if not visit.health.status:
        wait = f"wait if {title} is still starting, else stop it, or {move}"
        return Finding(name, Status.FAIL, f"{taken} does not answer", wait)
    return Finding(name, Status.FAIL, f"{taken} does not answer as {title}", f"stop it, or {move}")


def listening_program(port: int) -> str:
    """Name the program that listens on a port.

    Args:
        port: The port.

    Returns:
        Its name and process id; empty where the system does not tell.
    """
    import psutil

    try:
        for connection in psutil.net_connections(kind="tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.pid and connection.laddr[1:2] == (port,):
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.Error, OSError):
        pass
    return ""
