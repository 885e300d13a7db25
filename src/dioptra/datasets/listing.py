# SPDX-License-Identifier: Apache-2.0
"""Which files of a folder are the images of a data set: one rule, for all that read folders.

- A class folder is a folder in the data set's folder, or a link to one. Its name is the class.
  Files beside the class folders are passed over.
- An image is a file in a class folder whose name ends in ``.png``, in whatever case, or a link to
  one.
- What is hidden, with a dot before its name, and what operating systems leave behind
  (``dioptra.sdk.strays``) is passed over, files and folders alike.
- All else in a class folder is refused by its name: another file, a folder, a dead link, a pipe, a
  socket, a device. So is a class folder without an image.
- A name that TensorFlow, MLflow, a tarball or a CSV file would not give back is refused: one that
  is not UTF-8, has a control character, a line break or a backslash, leaves no room in 255 bytes
  for the ``adv_`` of its adversarial image, or differs from its neighbour's by case alone.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from unicodedata import category, normalize

from dioptra.sdk.exceptions import DatasetError
from dioptra.sdk.strays import is_stray

SUFFIX = ".png"
ADVERSARIAL = "adv_"
# The limit of the usual file systems.
NAME_BYTES = 255
# As many characters have no more bytes, whatever they are.
SHORT = NAME_BYTES // 4
# Control characters, and the separators of lines and of paragraphs.
BREAKING = ("Cc", "Zl", "Zp")


@dataclass(frozen=True)
class ImageFolder:
    """The images below a folder, sorted by class and name.

    Attributes:
        root: The folder itself.
        class_names: The names of its class folders, sorted; a label is an index into them.
        names: The images, as ``<class folder>/<file>``, n of them.
        labels: Their labels, n integers.
    """

    root: Path
    class_names: tuple[str, ...]
    names: tuple[str, ...]
    labels: tuple[int, ...]

    @property
    def paths(self) -> list[str]:
        """The files of all images."""
        # Many times as fast as joining paths.
        return [f"{self.root}{os.sep}{name}" for name in self.names]

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of images of each class, in the order of ``class_names``."""
        found = Counter(self.labels)
        return tuple(found[label] for label in range(len(self.class_names)))


def list_images(folder: str | Path, suffixes: tuple[str, ...] = (SUFFIX,)) -> ImageFolder:
    """List the images of a folder by the rule of this module, without opening them.

    Args:
        folder: A folder with one folder for each class.
        suffixes: What the names of images end in.

    Returns:
        The images, sorted by class and name, both as text; every class has one at least.

    Raises:
        DatasetError: The folder is missing or unreadable, has no class folder, or holds what the
            rule refuses; the message names it.
    """
    root = Path(folder)
    classes = _list_classes(root)
    names: list[str] = []
    labels: list[int] = []
    empty: list[str] = []
    for label, name in enumerate(classes):
        files = _list_files(f"{root}{os.sep}{name}", suffixes)
        names += [f"{name}/{file}" for file in files]
        labels += [label] * len(files)
        if not files:
            empty.append(name)
    if not names:
        raise DatasetError(f"no images in {str(root)!r}: its class folders are empty")
    if empty:
        raise DatasetError(
            f"the class folder {str(root / empty[0])!r} is empty; give it images, whose names end "
            f"in {SUFFIX}, or remove it"
        )
    _check_lengths(names)
    return ImageFolder(root, tuple(classes), tuple(names), tuple(labels))


def adversarial_name(name: str) -> str:
    """Name the adversarial image of a clean one: ``"7/00001.png"`` gives ``"7/adv_00001.png"``.

    Args:
        name: The clean image, as ``<class folder>/<file>``.

    Returns:
        The adversarial image, in the same class folder.

    Raises:
        DatasetError: It would have more than 255 bytes.
    """
    folder, _, file = name.rpartition("/")
    attacked = f"{ADVERSARIAL}{file}"
    if len(attacked) > SHORT and len(os.fsencode(attacked)) > NAME_BYTES:
        raise DatasetError(
            f"the name of the image {name!r} is too long: with {ADVERSARIAL!r} before it, as its "
            f"adversarial image is named, it has more than {NAME_BYTES} bytes; shorten it"
        )
    return f"{folder}/{attacked}"


def _list_classes(root: Path) -> list[str]:
    with _naming_unreadable(str(root)):
        is_folder = root.is_dir()
    if not is_folder:
        raise DatasetError(
            f"no folder {str(root)!r}; a data set is a folder with one folder of PNG images for "
            "each class (the command `dioptra data` makes some)"
        )
    if not _is_utf8(str(root)):
        raise DatasetError(
            f"the path {str(root)!r} is not UTF-8, as TensorFlow wants it; rename it"
        )
    classes = []
    with _naming_unreadable(str(root)), os.scandir(root) as entries:
        for entry in entries:
            if is_stray(entry.name):
                continue
            if entry.is_dir():
                classes.append(entry.name)
            elif entry.is_symlink() and not os.path.exists(entry.path):  # noqa: PTH110 - a text
                _refuse(entry)
    if not classes:
        raise DatasetError(
            f"{str(root)!r} needs class folders of PNG images, one for each class; found: none"
        )
    classes.sort()
    _check_names(str(root), classes)
    return classes


def _list_files(folder: str, suffixes: tuple[str, ...]) -> list[str]:
    with _naming_unreadable(folder), os.scandir(folder) as found:
        entries = list(found)
        files = [entry.name for entry in entries if entry.is_file()]
        # All together for the sake of time: a data set has ten thousands of files.
        text = f"/{'/'.join(files)}/"
        named = sum(text.count(f"{suffix}/") for suffix in suffixes)
        if len(files) < len(entries) or "/." in text or named < len(files):
            files = [entry.name for entry in entries if _is_image(entry, suffixes)]
    files.sort()
    _check_names(folder, files)
    return files


def _is_image(entry: "os.DirEntry[str]", suffixes: tuple[str, ...]) -> bool:
    if is_stray(entry.name):
        return False
    if not entry.name.lower().endswith(suffixes) or not entry.is_file():
        _refuse(entry)
    return True


@contextmanager
def _naming_unreadable(folder: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"cannot read {str(error.filename or folder)!r}: {error.strerror}; a data set is read "
            "as a whole"
        ) from error


def _refuse(entry: "os.DirEntry[str]") -> NoReturn:
    path = entry.path
    if entry.is_dir():
        raise DatasetError(
            f"{path!r} is a folder where a PNG image was expected: class folders hold no folders; "
            "name the folder that holds the class folders, or move this one elsewhere"
        )
    if entry.is_file():
        raise DatasetError(
            f"{path!r} is not a PNG image: its name does not end in {SUFFIX}; convert it, or move "
            "it elsewhere"
        )
    if entry.is_symlink() and not os.path.exists(path):  # noqa: PTH110 - a text
        raise DatasetError(f"{path!r} is a link to a file that is not there; remove it")
    raise DatasetError(
        f"{path!r} is a pipe, a socket or a device where a PNG image was expected; remove it"
    )


def _check_names(folder: str, names: list[str]) -> None:
    # One look at all together: names that need more are rare, and images many.
    joined = "/".join(names)
    if joined.isascii() and joined.isprintable() and "\\" not in joined:
        folded = joined.lower().split("/")
    else:
        for name in names:
            _check_name(folder, name)
        # An accented letter is one character or two.
        folded = [normalize("NFC", name).casefold() for name in names]
    if len(set(folded)) < len(names):
        first: dict[str, str] = {}
        for key, name in zip(folded, names, strict=True):
            other = first.setdefault(key, name)
            if other is not name:
                raise DatasetError(
                    f"{other!r} and {name!r} in {folder!r} differ by case or by the coding of an "
                    "accent alone, and many file systems would keep one of them; rename one"
                )


def _check_name(folder: str, name: str) -> None:
    path = f"{folder}{os.sep}{name}"
    if not _is_utf8(name):
        raise DatasetError(f"the name of {path!r} is not UTF-8; rename it")
    if "\\" in name or any(category(character) in BREAKING for character in name):
        raise DatasetError(
            f"the name of {path!r} has a line break, another control character or a backslash, "
            "which tables and archives do not give back; rename it"
        )


def _check_lengths(names: list[str]) -> None:
    if max(map(len, names)) > SHORT - len(ADVERSARIAL):
        for name in names:
            # What is an adversarial image already need not be attacked again.
            if f"/{ADVERSARIAL}" not in name:
                adversarial_name(name)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
