# SPDX-License-Identifier: Apache-2.0
"""Data sets as class folders of PNG images."""

from dioptra.datasets.classes import match_classes
from dioptra.datasets.contract import DataContract, describe_data
from dioptra.datasets.digits import make_digits
from dioptra.datasets.fallback import make_mnist_or_digits
from dioptra.datasets.importing import Imported, import_pictures
from dioptra.datasets.listing import ImageFolder, adversarial_name, list_images
from dioptra.datasets.mnist import make_mnist

__all__ = [
    "DataContract",
    "ImageFolder",
    "Imported",
    "adversarial_name",
    "describe_data",
    "import_pictures",
    "list_images",
    "make_digits",
    "make_mnist",
    "make_mnist_or_digits",
    "match_classes",
]
