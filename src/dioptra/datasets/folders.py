# SPDX-License-Identifier: Apache-2.0
"""Writing a data set so that half of one is never taken for a whole."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from dioptra.datasets.listing import list_images
from dioptra.sdk.exceptions import DatasetError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    # For each subset its images, uint8 [n, height, width], and their labels [n].
    Subsets = Mapping[str, tuple[NDArray[np.uint8], NDArray[Any]]]

SUBSETS = ("training", "testing")
MANIFEST = "dataset.json"
# Their names say whose they are: all else in the folder may be the user's, and is never removed.
STAGING = ".dioptra-partial"
LOCK = ".dioptra-lock"
# The download of MNIST over a slow line, by another process.
PATIENCE = 1800.0


def make_dataset(
    folder: str | Path, name: str, source: Mapping[str, Any], load: "Callable[[Path], Subsets]"
) -> Path:
    """Make a data set, unless the folder holds it already.

    A process that is killed leaves nothing that passes for a whole set, and the next one takes it
    up. Of several at once one makes it, and the others wait for that.

    Args:
        folder: Where to make ``training/<class>/<number>.png`` and ``testing/...``.
        name: The data set's name.
        source: What its manifest says of where it comes from.
        load: Gives the images; its argument is the folder.

    Returns:
        The folder.

    Raises:
        DatasetError: The folder holds something else, cannot be written, or another process has
            been making a data set there for half an hour.
    """
    target = Path(folder)
    # Without the lock, as a folder that workers share may be read-only.
    if _is_complete(target, name):
        return target
    with _locked(target):
        if not _is_complete(target, name) and not _resume(target, name):
            _check_foreign(target)
            _make(target, name, source, load(target))
    return target


def _is_complete(target: Path, name: str) -> bool:
    manifest = target / MANIFEST
    if not manifest.is_file():
        return False
    _read_manifest(manifest, name)
    return all((target / subset).is_dir() for subset in SUBSETS)


def _read_manifest(path: Path, name: str) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found = manifest["name"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise DatasetError(
            f"{str(path)!r} is not the file of a data set, a JSON object with its name "
            f"({type(error).__name__}: {error}); move it elsewhere, or name another folder"
        ) from error
    if found != name:
        raise DatasetError(
            f"{str(path.parent)!r} holds the data set {found!r}, not {name!r}; name another folder"
        )
    return dict(manifest)


def _resume(target: Path, name: str) -> bool:
    # Where the manifest stands in the staging folder, all was written, and moving it had begun.
    staging = target / STAGING
    if not (staging / MANIFEST).is_file():
        return False
    counts = _read_manifest(staging / MANIFEST, name).get("images", {})
    places = [
        [place for place in (staging, target) if (place / subset).exists()] for subset in counts
    ]
    if any(len(found) != 1 for found in places):
        return False
    for subset, found in zip(counts, places, strict=True):
        if found == [target]:
            _check_own(target / subset, counts[subset])
    with _naming_target(target):
        _publish(target)
    return True


def _make(target: Path, name: str, source: Mapping[str, Any], subsets: "Subsets") -> None:
    staging = target / STAGING
    counts = {subset: _count(labels) for subset, (_, labels) in subsets.items()}
    present = [subset for subset in subsets if os.path.lexists(target / subset)]
    for subset in present:
        _check_own(target / subset, counts[subset])
    with _naming_target(target):
        shutil.rmtree(staging, ignore_errors=True)
        for subset, (images, labels) in subsets.items():
            if subset not in present:
                _write_subset(staging / subset, images, labels)
        manifest = {"name": name, **source, "images": counts}
        (staging / "writing").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        (staging / "writing").rename(staging / MANIFEST)
        _publish(target)


def _check_foreign(target: Path) -> None:
    for subset in SUBSETS:
        if os.path.lexists(target / subset) and not (target / MANIFEST).is_file():
            raise DatasetError(
                f"{str(target)!r} has a folder {subset!r} that this command did not make; remove "
                "it, or name another folder"
            )


def _publish(target: Path) -> None:
    staging = target / STAGING
    for subset in staging.iterdir():
        if subset.is_dir():
            subset.rename(target / subset.name)
    # Last and in one step: where it stands, the set is whole.
    (staging / MANIFEST).rename(target / MANIFEST)
    staging.rmdir()


def _check_own(folder: Path, counts: Mapping[str, int]) -> None:
    images = list_images(folder)
    if dict(zip(images.class_names, images.counts, strict=True)) != counts:
        raise DatasetError(
            f"{str(folder)!r} does not hold the images that this command made there; remove it, or "
            "name another folder"
        )


def _count(labels: "NDArray[Any]") -> dict[str, int]:
    import numpy as np

    classes, counts = np.unique(labels, return_counts=True)
    return {str(label): int(count) for label, count in zip(classes, counts, strict=True)}


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    lock = target / LOCK
    is_new = not target.exists()
    with _naming_target(target):
        target.mkdir(parents=True, exist_ok=True)
        try:
            # It ends with its process, be that killed.
            held = FileLock(lock, timeout=PATIENCE).acquire()
        except Timeout as error:
            raise DatasetError(
                f"another process has been making a data set in {str(target)!r} for "
                f"{PATIENCE / 60:.0f} minutes; wait until it has ended, or name another folder"
            ) from error
    with held:
        try:
            yield
        finally:
            # Those who wait for it look anew for a file of this name.
            lock.unlink(missing_ok=True)
            if is_new:
                # Where nothing could be made, no folder is left; one that holds anything stays.
                with suppress(OSError):
                    target.rmdir()


@contextmanager
def _naming_target(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"cannot write the data set to {str(target)!r}: {error.strerror or error}; "
            "make room there, or name another folder, and start again"
        ) from error


def _write_subset(folder: Path, images: "NDArray[np.uint8]", labels: "NDArray[Any]") -> None:
    from PIL import Image
    from tqdm import tqdm

    for label in _count(labels):
        (folder / label).mkdir(parents=True)
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
