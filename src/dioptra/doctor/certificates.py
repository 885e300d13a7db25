# SPDX-License-Identifier: Apache-2.0
"""Certificate authorities of the site, as where a proxy opens TLS."""

import os
from collections.abc import Mapping
from pathlib import Path

from dioptra.doctor.finding import Finding, Status

NAME = "site CA"
VARIABLES = ("SITE_CA", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT")


def check_certificates(environ: Mapping[str, str]) -> Finding:
    """Check the files of certificates that are set, and remind of the images' builds.

    Args:
        environ: The environment variables.

    Returns:
        The finding.
    """
    files = {name: Path(environ[name]) for name in VARIABLES if environ.get(name)}
    for name, file in files.items():
        if not os.access(file, os.R_OK):
            return Finding(
                NAME,
                Status.FAIL,
                f"{name} names {file}, which cannot be read",
                "correct it, or unset it",
            )
    if not files:
        return Finding(NAME, Status.OK, "none is set")
    name, file = next(iter(files.items()))
    if name == "SITE_CA":
        return Finding(NAME, Status.OK, f"{file}, as SITE_CA says")
    return Finding(
        NAME,
        Status.INFO,
        f"{name} is set, but builds of images do not see it",
        f"where a proxy opens TLS: SITE_CA={file} make images",
    )
