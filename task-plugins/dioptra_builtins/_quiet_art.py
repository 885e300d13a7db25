# SPDX-License-Identifier: Apache-2.0
"""Importing ART without what it says, writes and does to others on the way."""

import logging.config
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from unittest.mock import patch

from dioptra.sdk.workspace import find_state


@contextmanager
def quiet_art() -> Iterator[None]:
    """Keep ART, imported in a ``with`` block, from remarks on PyTorch and from others' settings.

    It configures logging when it is imported, which closes the handlers of everyone else: Prefect's
    then wait for their queues, five seconds in vain. It also writes settings of its own below the
    home folder, for which the workspace stands in.
    """
    home = find_state()
    # Where it cannot write there, it takes the system's folder for temporary files by itself.
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
    with (
        warnings.catch_warnings(),
        patch.object(logging.config, "dictConfig"),
        patch.dict(os.environ, {"HOME": str(home)}),
    ):
        warnings.filterwarnings("ignore", message="PyTorch not found", category=UserWarning)
        yield
