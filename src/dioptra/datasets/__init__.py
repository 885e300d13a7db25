# SPDX-License-Identifier: Apache-2.0
"""Data sets as class folders of PNG images."""

from dioptra.datasets.digits import make_digits
from dioptra.datasets.fallback import make_mnist_or_digits
from dioptra.datasets.mnist import make_mnist

__all__ = ["make_digits", "make_mnist", "make_mnist_or_digits"]
