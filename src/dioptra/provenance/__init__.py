# SPDX-License-Identifier: Apache-2.0
"""Where results come from: what a manifest holds."""

from dioptra.provenance.manifest import FILE, locate_project, make_manifest, settle_parameters

__all__ = [
    "FILE",
    "locate_project",
    "make_manifest",
    "settle_parameters",
]
