# SPDX-License-Identifier: Apache-2.0
"""``samples.npz`` in, with every array checked."""

from pathlib import Path
from typing import Any, NamedTuple

from dioptra.sdk.exceptions import ResultsError


class _Kind(NamedTuple):
    """What an array must be: the kinds of its dtype, in NumPy's letters, and its dimensions."""

    dtypes: str
    dimensions: int
    wanted: str


CHANNELS = {1, 3}
TEXT = _Kind("U", 1, "str [m]")
NUMBER = _Kind("fiu", 1, "float [m]")
PIXELS = _Kind("u", 4, "uint8 [m, height, width, 1 or 3]")
ARRAYS = {
    "attacked": TEXT,
    "eps": NUMBER,
    "label": TEXT,
    "predicted_clean": TEXT,
    "predicted_adversarial": TEXT,
    "clean": PIXELS,
    "adversarial": PIXELS,
}
# Written where there is more than one.
OPTIONAL = {"attack": TEXT}
REMEDY = "write the samples again, or delete the file for a report without images"


def load_arrays(path: Path) -> dict[str, Any]:
    """Load the arrays of a file of sample images.

    Args:
        path: A NumPy archive (``.npz``).

    Returns:
        By name: ``attacked``, ``label``, ``predicted_clean`` and ``predicted_adversarial``, str
        [m]; ``eps``, float [m]; ``clean`` and ``adversarial``, uint8 [m, h, w, c], c 1 or 3. Where
        there are several attacks ``attack``, str [m], says which one it was.

    Raises:
        ResultsError: The file is no such archive, or an array of it is missing or does not fit.
    """
    arrays = _read(path)
    wanted = ARRAYS | {name: kind for name, kind in OPTIONAL.items() if name in arrays}
    complaints = (_complaint(name, kind, arrays) for name, kind in wanted.items())
    wrong = next(filter(None, complaints), None)
    if wrong:
        raise ResultsError(f"{path}: array {wrong}; {REMEDY}")
    return arrays


def _read(path: Path) -> dict[str, Any]:
    import zipfile
    import zlib

    import numpy as np

    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in ARRAYS | OPTIONAL if name in archive}
    except (OSError, EOFError, ValueError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise ResultsError(f"{path} is not a NumPy archive: {error}; {REMEDY}") from error


def _complaint(name: str, kind: _Kind, arrays: dict[str, Any]) -> str | None:
    if name not in arrays:
        return f"{name!r} is missing"
    array = arrays[name]
    fits = array.ndim == kind.dimensions and array.dtype.kind in kind.dtypes
    if kind is PIXELS and fits:
        fits = (
            array.dtype.itemsize == 1 and array.shape[-1] in CHANNELS and 0 not in array.shape[1:]
        )
    shape = list(array.shape)
    if not fits:
        return f"{name!r} is {array.dtype} {shape}, and should be {kind.wanted}"
    # Of images the whole shape must agree, of all else the number.
    rule = "clean" if name == "adversarial" else "attacked"
    model = list(arrays[rule].shape)
    if shape[: len(model)] != model:
        return f"{name!r} is {shape}, which does not go with {rule!r}, {model}"
    return None
