# SPDX-License-Identifier: Apache-2.0
"""Writing a data set so that half of one is never taken for a whole."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import DatasetError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    # For each subset its images, uint8 [n, height, width], and their labels [n].
    Subsets = Mapping[str, tuple[NDArray[np.uint8], NDArray[Any]]]

SUBSETS = ("training", "testing")
MANIFEST = "dataset.json"
STAGING = ".partial"


def make_dataset(
    folder: str | Path, name: str, source: Mapping[str, Any], load: "Callable[[Path], Subsets]"
) -> Path:
    """Make a data set, unless the folder holds it already.

    Args:
        folder: Where to make ``training/<class>/<number>.png`` and ``testing/...``.
        name: The data set's name.
        source: What its manifest says of where it comes from.
        load: Gives the images; its argument is the folder.

    Returns:
        The folder.

    Raises:
        DatasetError: The folder holds something else, or cannot be written.
    """
    target = Path(folder)
    if _is_complete(target, name):
        return target
    subsets = load(target)
    staging = target / STAGING
    try:
        shutil.rmtree(staging, ignore_errors=True)
        counts = {
            subset: _write_subset(staging / subset, images, labels)
            for subset, (images, labels) in subsets.items()
        }
        for subset in subsets:
            (staging / subset).rename(target / subset)
        # Last and in one step: where it stands, the set is whole.
        manifest = {"name": name, **source, "images": counts}
        (staging / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        (staging / MANIFEST).rename(target / MANIFEST)
        staging.rmdir()
    except OSError as error:
        raise DatasetError(
            f"cannot write the data set to {str(target)!r}: {error.strerror or error}; "
            "make room there, or name another folder, and start again"
        ) from error
    return target


def _is_complete(target: Path, name: str) -> bool:
    manifest = target / MANIFEST
    present = [subset for subset in SUBSETS if (target / subset).exists()]
    if manifest.is_file():
        found = json.loads(manifest.read_text(encoding="utf-8")).get("name")
        if found == name and len(present) == len(SUBSETS):
            return True
        if found != name:
            raise DatasetError(
                f"{str(target)!r} holds the data set {found!r}, not {name!r}; name another folder"
            )
    elif present and not (target / STAGING).exists():
        raise DatasetError(
            f"{str(target)!r} has a folder {present[0]!r} that this command did not make; remove "
            "it, or name another folder"
        )
    # What is left of an interrupted start. A read-only folder, as of the workers, may have nothing.
    if manifest.exists():
        manifest.unlink()
    for subset in present:
        shutil.rmtree(target / subset)
    return False


def _write_subset(
    folder: Path, images: "NDArray[np.uint8]", labels: "NDArray[Any]"
) -> dict[str, int]:
    import numpy as np
    from PIL import Image
    from tqdm import tqdm

    classes, counts = np.unique(labels, return_counts=True)
    for label in classes:
        (folder / str(label)).mkdir(parents=True)
    rows = tqdm(
        zip(images, labels, strict=True),
        desc=f"writing {folder.name}",
        total=len(images),
        unit="image",
        delay=2,
        disable=None,
        leave=False,
    )
    for number, (pixels, label) in enumerate(rows):
        Image.fromarray(pixels).save(folder / str(label) / f"{number:05}.png")
    return {str(label): int(count) for label, count in zip(classes, counts, strict=True)}
