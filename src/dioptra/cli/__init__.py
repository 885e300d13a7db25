# SPDX-License-Identifier: Apache-2.0
"""The ``dioptra`` command."""

from dioptra.cli.app import main

__all__ = ["main"]
