# SPDX-License-Identifier: Apache-2.0
"""The signs of life of a run, and after how much silence it is taken for dead."""

BEAT_SECONDS = 30
"""The seconds between two heartbeats of a run, the fewest that Prefect takes."""

SILENCE_SECONDS = 3 * BEAT_SECONDS
"""The seconds without a heartbeat after which a run has crashed."""

RESTARTED_RUN_COUNT = 1
"""A run that crashes is started again while it has been started this often: once in all."""
