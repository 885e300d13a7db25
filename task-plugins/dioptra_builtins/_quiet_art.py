# SPDX-License-Identifier: Apache-2.0
"""Importing ART without what it says and does to others on the way."""

import logging.config
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def quiet_art() -> Iterator[None]:
    """Keep ART, imported in a ``with`` block, from remarks on PyTorch and from logging's settings.

    It configures logging when it is imported, which closes the handlers of everyone else: Prefect's
    then wait for their queues, five seconds in vain.
    """
    with warnings.catch_warnings(), patch.object(logging.config, "dictConfig"):
        warnings.filterwarnings("ignore", message="PyTorch not found", category=UserWarning)
        yield
