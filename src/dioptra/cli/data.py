# SPDX-License-Identifier: Apache-2.0
"""``dioptra data``: make data sets, and show what one is."""

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

app = App(name="data", help="Make a data set as class folders of PNG images, or show one.")


@app.command
def mnist(
    folder: Path, /, *, mirror: Annotated[list[str] | None, Parameter(negative="")] = None
) -> None:
    """Make MNIST, 70,000 handwritten digits of 28 x 28 pixels, from the genuine files.

    The files are downloaded from a list of mirrors, or read from a local folder, and checked by
    their SHA-256. An interrupted call is taken up where it stopped.

    Args:
        folder: Where to make the folders training and testing.
        mirror: A URL or local folder to take the files from; may be given more than once. Without
            it, those of the environment variable DIOPTRA_MNIST_MIRRORS, a comma-separated list,
            and without that, public ones.
    """
    from dioptra.datasets import make_mnist

    _say(make_mnist(folder, mirror))


@app.command
def digits(folder: Path, /) -> None:
    """Make scikit-learn's bundled digits, 1,797 images scaled to 28 x 28 pixels; needs no network.

    Args:
        folder: Where to make the folders training and testing.
    """
    from dioptra.datasets import make_digits

    _say(make_digits(folder))


@app.command
def auto(folder: Path, /) -> None:
    """Make MNIST in FOLDER/mnist, or the bundled digits in FOLDER/digits where it cannot be had.

    Args:
        folder: Where to make the folder of the data set.
    """
    from dioptra.datasets import make_mnist_or_digits

    made, reason = make_mnist_or_digits(folder)
    if reason:
        sys.stderr.write(f"MNIST is out of reach: {reason}\n")
    _say(made)


@app.command
def show(
    folder: Path, /, *, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False
) -> None:
    """Show the classes, the size and number of the images, and the hash of a data set.

    All files are listed and checked as training and attacks do it, so that what they would refuse
    is named here. Where the folders training and testing differ in classes or size, that is said.

    Args:
        folder: A folder with the folders training and testing, or one with a folder of images for
            each class.
        as_json: Print JSON.
    """
    from dioptra.datasets.summary import describe_subsets, format_subsets, subsets_to_json

    subsets = describe_subsets(folder)
    if as_json:
        sys.stdout.write(json.dumps(subsets_to_json(subsets), indent=2) + "\n")
    else:
        sys.stdout.write(format_subsets(subsets))


def _say(folder: Path) -> None:
    sys.stdout.write(f"{folder}\n")
