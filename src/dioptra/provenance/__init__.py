# SPDX-License-Identifier: Apache-2.0
"""Where results come from: what a manifest holds."""

from dioptra.provenance.environment import list_versions
from dioptra.provenance.manifest import (
    FILE,
    find_project,
    locate_project,
    make_manifest,
    settle_parameters,
)

__all__ = [
    "FILE",
    "find_project",
    "list_versions",
    "locate_project",
    "make_manifest",
    "settle_parameters",
]
