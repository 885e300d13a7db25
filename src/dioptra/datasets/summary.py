# SPDX-License-Identifier: Apache-2.0
"""What the parts of a data set are, and what differs between them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dioptra.datasets.contract import DataContract, describe_data
from dioptra.datasets.folders import SUBSETS

COLOURS = {1: "grey", 3: "RGB"}


def describe_subsets(folder: str | Path) -> dict[str, DataContract]:
    """Describe a data set by its folders training and testing, or a folder of classes by itself.

    Args:
        folder: A folder with both, or one with a folder of images for each class.

    Returns:
        The contract of each, by the name of its folder.

    Raises:
        DatasetError: A folder cannot be used; the message names the file or folder at fault.
    """
    root = Path(folder)
    if all((root / subset).is_dir() for subset in SUBSETS):
        return {subset: describe_data(root / subset) for subset in SUBSETS}
    return {root.resolve().name: describe_data(root)}


def find_differences(subsets: Mapping[str, DataContract]) -> list[str]:
    """Say what differs between the subsets of a data set.

    Args:
        subsets: Their contracts, by their names.

    Returns:
        A sentence for each class that only one has, and for images of another size.
    """
    every = sorted({name for contract in subsets.values() for name in contract.class_names})
    said = [
        f"the class {name!r} is missing in {subset}"
        for name in every
        for subset, contract in subsets.items()
        if name not in contract.class_names
    ]
    sizes = [f"{_size(contract)} in {subset}" for subset, contract in subsets.items()]
    if len({contract.image_size for contract in subsets.values()}) > 1:
        said.append(f"the images are {' and '.join(sizes)}")
    return said


def format_subsets(subsets: Mapping[str, DataContract]) -> str:
    """Write the subsets of a data set as a table for the terminal.

    Args:
        subsets: Their contracts, by their names.

    Returns:
        Lines with the images, size and hash of each, a row for each class, and what differs.
    """
    every = sorted({name for contract in subsets.values() for name in contract.class_names})
    counts = [
        dict(zip(contract.class_names, contract.counts, strict=True))
        for contract in subsets.values()
    ]
    rows = [
        ["class", *subsets],
        *([name, *(str(found.get(name, "-")) for found in counts)] for name in every),
        ["all", *(str(contract.n) for contract in subsets.values())],
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"{subset}: {contract.n} images of {len(contract.class_names)} classes, {_size(contract)}, "
        f"sha256 {contract.sha256}"
        for subset, contract in subsets.items()
    ]
    lines += ["", *(_align(row, widths) for row in rows)]
    differences = find_differences(subsets)
    lines += ["", *differences] if differences else []
    return "\n".join(lines) + "\n"


def subsets_to_json(subsets: Mapping[str, DataContract]) -> dict[str, Any]:
    """Give the same as what JSON can write.

    Args:
        subsets: The contracts, by the names of the subsets.

    Returns:
        The ``subsets`` by their names, and their ``differences`` as sentences.
    """
    return {
        "subsets": {subset: contract.to_json() for subset, contract in subsets.items()},
        "differences": find_differences(subsets),
    }


def _size(contract: DataContract) -> str:
    height, width, channels = contract.image_size
    return f"{height} x {width} pixels (height x width), {COLOURS[channels]}"


def _align(row: list[str], widths: list[int]) -> str:
    cells = [row[0].ljust(widths[0])]
    cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return "  ".join(cells)
