# SPDX-License-Identifier: Apache-2.0
"""Proxies, which must not come between this machine and itself."""

from collections.abc import Mapping

from dioptra.doctor.finding import Finding, Status

NAME = "proxy"
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
OWN_NAMES = ("localhost", "127.0.0.1")


def check_proxies(environ: Mapping[str, str]) -> Finding:
    """Check that requests to this machine go past the proxy.

    Args:
        environ: The environment variables.

    Returns:
        The finding.
    """
    lower = {name.lower(): value for name, value in environ.items() if value}
    # Only the names: a proxy's address may hold a password.
    found = ", ".join(name.upper() for name in PROXIES if name in lower)
    if not found:
        return Finding(NAME, Status.OK, "none is set")
    past = {entry.strip() for entry in lower.get("no_proxy", "").split(",")}
    missing = [name for name in OWN_NAMES if name not in past]
    if missing and "*" not in past:
        return Finding(
            NAME,
            Status.WARN,
            f"{found} set, and NO_PROXY leaves out {' and '.join(missing)}",
            f"add {','.join(missing)} to NO_PROXY",
        )
    return Finding(NAME, Status.OK, f"{found} set, with exceptions for this machine")
