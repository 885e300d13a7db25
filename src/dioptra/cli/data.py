# SPDX-License-Identifier: Apache-2.0
"""``dioptra data``: make data sets."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

app = App(name="data", help="Make a data set as class folders of PNG images.")


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


def _say(folder: Path) -> None:
    sys.stdout.write(f"{folder}\n")
