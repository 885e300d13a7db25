# SPDX-License-Identifier: Apache-2.0
"""Entry points as jobs of a standing Prefect server: how they get there, run and are followed."""

from dioptra.jobs.deploying import deploy
from dioptra.jobs.submitting import Job, submit
from dioptra.jobs.watching import wait, watch

__all__ = ["Job", "deploy", "submit", "wait", "watch"]
