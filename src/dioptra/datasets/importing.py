# SPDX-License-Identifier: Apache-2.0
"""Folders of pictures, made a data set; nothing is left out or changed without being told."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from dioptra.datasets.classes import match_classes
from dioptra.datasets.folders import MANIFEST, SUBSETS
from dioptra.datasets.listing import SUFFIX, list_images
from dioptra.datasets.pictures import (
    SUFFIXES,
    Color,
    Fit,
    Ground,
    Header,
    PictureError,
    Wanted,
    read_header,
    read_picture,
)
from dioptra.sdk.exceptions import DatasetError
from dioptra.sdk.strays import is_stray

TRAINING, TESTING = SUBSETS
# What other tools call the parts of a data set, in whatever case.
PARTS = {
    "train": TRAINING,
    "training": TRAINING,
    "test": TESTING,
    "testing": TESTING,
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
}
SHOWN = 5


@dataclass(frozen=True)
class Imported:
    """What became of the files of a folder.

    Attributes:
        folder: The data set.
        counts: The number of images of each class, by subset.
        image_size: Height and width in pixels, and channels.
        changes: What was changed on the way, and in how many pictures.
        left_out: The files that were left out, each with its reason.
        remarks: What else was decided, in sentences.
    """

    folder: Path
    counts: dict[str, dict[str, int]]
    image_size: tuple[int, int, int]
    changes: dict[str, int]
    left_out: dict[str, str]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Picture:
    """A file, the class and the name that its image gets, and its header."""

    path: Path
    label: str
    subset: str
    header: Header


@dataclass
class _Gathering:
    """What has been found so far."""

    faults: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)


def import_pictures(
    source: str | Path,
    folder: str | Path,
    *,
    size: tuple[int, int] | None = None,
    color: Color | None = None,
    fit: Fit | None = None,
    ground: Ground | None = None,
    test_share: float = 0.2,
    seed: int = 0,
    skip_unreadable: bool = False,
) -> Imported:
    """Make a data set of a folder of pictures: BMP, JPEG, PNG, TIFF or WebP, of any size.

    Args:
        source: A folder with a folder for each class; or one with folders train and test, or val,
            that hold these.
        folder: The data set, a folder that is not there yet.
        size: Height and width of its images in pixels; without it, all pictures must have one size.
        color: Their colours; without it, all pictures must be grey, or all coloured.
        fit: What happens to a picture of another shape; see
            :class:`dioptra.datasets.pictures.Wanted`.
        ground: The colour behind what is transparent, and of the bars that ``fit="pad"`` adds.
        test_share: Where no folder holds test images, the share of the pictures that become some,
            in (0, 1). Which they are depends on the content of each and on the seed alone, so that
            equal pictures come into the same part.
        seed: The seed of that choice.
        skip_unreadable: Leave out files that cannot be read as a picture, and say which they are.

    Returns:
        What was made, changed and left out. The data set's ``dataset.json`` holds it, too.

    Raises:
        DatasetError: A file cannot be read, a decision is missing that pictures need, the folders
            have no classes, or the data set is there already. Then nothing is written.
    """
    root, target = Path(source), Path(folder)
    if not 0 < test_share < 1:
        raise DatasetError(f"test_share is {test_share}; give a share between 0 and 1")
    if os.path.lexists(target):
        raise DatasetError(f"{str(target)!r} is there already; name a folder that is not")
    found = _Gathering()
    pictures = list(_gather(root, found, test_share, seed))
    wanted = _decide(pictures, size, color, fit, ground)
    with _staging(target) as staging:
        for picture, name in _name(pictures):
            image = staging / picture.subset / picture.label / name
            _write(picture, str(picture.path.relative_to(root)), image, wanted, found)
        _check_faults(found, skip_unreadable=skip_unreadable)
        imported = _summarize(staging, target, wanted, found)
        described = {
            "name": target.resolve().name,
            "source": root.resolve().name,
            "images": imported.counts,
            "image_size": imported.image_size,
            "changes": imported.changes,
            "left_out": imported.left_out,
            "remarks": imported.remarks,
        }
        text = json.dumps(described, indent=2) + "\n"
        (staging / MANIFEST).write_text(text, encoding="utf-8")
    return imported


def _gather(root: Path, found: _Gathering, test_share: float, seed: int) -> Iterator[_Picture]:
    for subset, folder in _find_parts(root, found):
        for label in _list_folders(folder):
            for path in _list_pictures(folder / label, root, found):
                try:
                    header = read_header(path)
                except PictureError as error:
                    found.faults[str(path.relative_to(root))] = str(error)
                    continue
                chosen = subset or _choose(path, test_share, seed)
                yield _Picture(path, label, chosen, header)


def _find_parts(root: Path, found: _Gathering) -> list[tuple[str | None, Path]]:
    names = _list_folders(root)
    parts = {name: PARTS[name.lower()] for name in names if name.lower() in PARTS}
    if TRAINING not in parts.values():
        return [(None, root)]
    others = [name for name in names if name not in parts]
    twice = [part for part, times in Counter(parts.values()).items() if times > 1]
    if others or twice:
        what = (
            f"{others[0]!r}, which is no part of one" if others else f"two folders for {twice[0]}"
        )
        raise DatasetError(
            f"{str(root)!r} looks like a data set with parts, {', '.join(sorted(parts))}, but it "
            f"holds {what}; move it elsewhere"
        )
    if "validation" in parts.values():
        has_test = TESTING in parts.values()
        used = TRAINING if has_test else TESTING
        why = "from which a training takes its validation images"
        found.remarks.append(
            f"the pictures for validation are used for {used}, "
            f"{why if has_test else 'as there are no others for it'}"
        )
        parts = {name: used if part == "validation" else part for name, part in parts.items()}
    if TESTING in parts.values():
        return [(part, root / name) for name, part in parts.items()]
    return [(None, root / name) for name in parts]


def _list_folders(folder: Path) -> list[str]:
    try:
        found = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    except OSError as error:
        raise DatasetError(f"cannot read the folder {str(folder)!r}: {error.strerror}") from error
    names = [name for name in found if not is_stray(name)]
    if not names:
        raise DatasetError(
            f"{str(folder)!r} holds no folders; pictures come in one folder for each class"
        )
    return names


def _list_pictures(folder: Path, root: Path, found: _Gathering) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        name = str(path.relative_to(root))
        if is_stray(path.name):
            found.left_out[name] = "left behind by the operating system, or hidden"
        elif path.is_dir():
            raise DatasetError(
                f"{str(path)!r} is a folder in the folder of a class; name the folder that holds "
                "the classes, or move it elsewhere"
            )
        elif not path.is_file():
            found.faults[name] = "is no file: a pipe, a device, or a link to nothing"
        elif path.suffix.lower() not in SUFFIXES:
            found.faults[name] = f"its name does not end in {', '.join(SUFFIXES)}"
        else:
            yield path


def _choose(path: Path, test_share: float, seed: int) -> str:
    digest = hashlib.sha256(f"{seed}:".encode() + path.read_bytes()).digest()
    return TESTING if int.from_bytes(digest[:8]) < test_share * 2**64 else TRAINING


def _decide(
    pictures: Sequence[_Picture],
    size: tuple[int, int] | None,
    color: Color | None,
    fit: Fit | None,
    ground: Ground | None,
) -> Wanted:
    sizes = Counter((one.header.height, one.header.width) for one in pictures)
    if size is None and len(sizes) > 1:
        low, high = min(sizes), max(sizes)
        raise DatasetError(
            f"the pictures have {len(sizes)} sizes, such as {low[0]} x {low[1]} and {high[0]} x "
            f"{high[1]} (height x width); say which the images have: --size HEIGHT WIDTH"
        )
    if size is None:
        size = next(iter(sizes), (0, 0))
    bent = sum(n for (height, width), n in sizes.items() if height * size[1] != width * size[0])
    if bent and fit is None:
        raise DatasetError(
            f"{_count(bent, 'picture')} of another shape than {size[0]} x {size[1]} (height x "
            "width); say what happens to them: --fit crop, pad or stretch"
        )
    grey = sum(one.header.is_grey for one in pictures)
    if color is None and 0 < grey < len(pictures):
        raise DatasetError(
            f"{_count(grey, 'grey picture')} and {_count(len(pictures) - grey, 'coloured one')}; "
            "say what the images are: --color grey, or rgb"
        )
    return Wanted(size, color or ("grey" if grey else "rgb"), fit, ground)


def _name(pictures: Sequence[_Picture]) -> Iterator[tuple[_Picture, str]]:
    stems = Counter((one.subset, one.label, one.path.stem) for one in pictures)
    names = Counter((one.subset, one.label, one.path.name) for one in pictures)
    for one in pictures:
        name = one.path.stem
        if stems[one.subset, one.label, one.path.stem] > 1:
            name = one.path.name
        # Two folders have become one part.
        if names[one.subset, one.label, one.path.name] > 1:
            name = f"{one.path.parents[1].name}-{name}"
        yield one, name + SUFFIX


def _write(picture: _Picture, name: str, target: Path, wanted: Wanted, found: _Gathering) -> None:
    try:
        image, changes = read_picture(picture.path, wanted)
    except PictureError as error:
        found.faults[name] = str(error)
        return
    if target.exists():
        raise DatasetError(
            f"the image of {str(picture.path)!r} would be {target.name!r}, as that of another "
            "picture of its class is; rename one"
        )
    found.changes.update(changes)
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save(target)


def _check_faults(found: _Gathering, *, skip_unreadable: bool) -> None:
    if not found.faults:
        return
    if not skip_unreadable:
        listed = "; ".join(f"{name!r} {why}" for name, why in list(found.faults.items())[:SHOWN])
        more = len(found.faults) - SHOWN
        raise DatasetError(
            f"{_count(len(found.faults), 'file')} cannot be read as a picture: {listed}"
            f"{f'; and {more:,} more' if more > 0 else ''}; mend or remove them, or leave them out "
            "with --skip-unreadable"
        )
    found.left_out.update(found.faults)


def _summarize(staging: Path, target: Path, wanted: Wanted, found: _Gathering) -> Imported:
    for subset in SUBSETS:
        if not (staging / subset).is_dir():
            raise DatasetError(f"no picture is left for {subset}; give more of them")
    listed = {subset: list_images(staging / subset) for subset in SUBSETS}
    match_classes(listed[TRAINING].class_names, listed[TESTING].class_names)
    return Imported(
        folder=target,
        counts={
            subset: dict(zip(images.class_names, images.counts, strict=True))
            for subset, images in listed.items()
        },
        image_size=(*wanted.size, 1 if wanted.color == "grey" else 3),
        changes=dict(found.changes.most_common()),
        left_out=dict(sorted(found.left_out.items())),
        remarks=tuple(found.remarks),
    )


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as folder:
            staging = Path(folder, "data")
            staging.mkdir()
            yield staging
            # In one step: where it stands, it is whole.
            staging.rename(target)
    except OSError as error:
        raise DatasetError(
            f"cannot write the data set to {str(target)!r}: {error.strerror or error}"
        ) from error
