# SPDX-License-Identifier: Apache-2.0
"""Dioptra: a reproducible testbed for the trustworthiness of machine-learning models."""

from dioptra._version import __version__
from dioptra.sdk import environment, project_imports

# Prefect, Keras and ART read their settings when they are imported, so the project's quiet and
# private defaults must stand before that; what the user has set already wins.
environment.set_defaults()
# The files of a project import Dioptra first and their neighbours last, so this stands here too.
project_imports.allow_relative_imports()

__all__ = ["__version__"]
