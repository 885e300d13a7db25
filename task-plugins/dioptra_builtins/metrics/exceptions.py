# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a request for metrics, or with what they are given."""

from collections.abc import Iterable

from dioptra.sdk.exceptions import DioptraError, UnknownNameError


class UnknownDistanceMetricError(UnknownNameError):
    """There is no distance metric of this name."""

    def __init__(self, func: object, known: Iterable[str]) -> None:
        super().__init__("distance metric", func, known)


class UnknownPerformanceMetricError(UnknownNameError):
    """There is no performance metric of this name."""

    def __init__(self, func: object, known: Iterable[str]) -> None:
        super().__init__("performance metric", func, known)


class MetricRequestError(DioptraError, ValueError):
    """A request for metrics is malformed, or asks for two columns of one name."""


class MetricInputError(DioptraError, ValueError):
    """A metric cannot be computed from what it was given."""
