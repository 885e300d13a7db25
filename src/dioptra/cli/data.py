# SPDX-License-Identifier: Apache-2.0
"""``dioptra data``: make data sets, and show what one is."""

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

# Of what was left out.
SHOWN = 20

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


@app.command(name="import")
def import_folder(
    source: Path,
    folder: Path,
    /,
    *,
    size: tuple[int, int] | None = None,
    color: Literal["grey", "rgb"] | None = None,
    fit: Literal["crop", "pad", "stretch"] | None = None,
    ground: Literal["black", "white"] | None = None,
    test_share: float = 0.2,
    seed: int = 0,
    skip_unreadable: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make a data set of a folder of pictures: BMP, JPEG, PNG, TIFF or WebP, of any size.

    Prints what was made, what was changed on the way, and what was left out. Where pictures need a
    decision that is not given, or a file cannot be read, nothing is written.

    Args:
        source: A folder with a folder for each class; or one with folders train and test, or val,
            that hold these.
        folder: The data set to make, a folder that is not there yet.
        size: Height and width of its images in pixels. Without it, all pictures must have one size.
        color: Their colours. Without it, all pictures must be grey, or all coloured.
        fit: What happens to a picture of another shape: its middle is cut out (crop), bars are
            added (pad), or it is drawn out (stretch).
        ground: The colour behind what is transparent, and of bars.
        test_share: The share of the pictures that become test images, where no folder holds any.
        seed: The seed by which they are chosen. Equal pictures always come into the same part.
        skip_unreadable: Leave out files that cannot be read as a picture, and say which.
    """
    from dioptra.datasets import import_pictures

    made = import_pictures(
        source,
        folder,
        size=size,
        color=color,
        fit=fit,
        ground=ground,
        test_share=test_share,
        seed=seed,
        skip_unreadable=skip_unreadable,
    )
    height, width, channels = made.image_size
    for subset, counts in made.counts.items():
        _say(f"{subset}: {sum(counts.values()):,} images of {len(counts)} classes")
    _say(f"size: {height} x {width} pixels (height x width), {'RGB' if channels > 1 else 'grey'}")
    for change, n in made.changes.items():
        _say(f"changed: {n:,} {change}")
    for name, reason in list(made.left_out.items())[:SHOWN]:
        _say(f"left out: {name} ({reason})")
    if len(made.left_out) > SHOWN:
        _say(f"left out: {len(made.left_out) - SHOWN:,} more; all are in {folder / 'dataset.json'}")
    for remark in made.remarks:
        _say(f"note: {remark}")
    _say(folder)


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


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
