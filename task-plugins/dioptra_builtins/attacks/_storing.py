# SPDX-License-Identifier: Apache-2.0
"""How adversarial images are stored: as bytes in PNG files, or without loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dioptra.sdk.exceptions import UnknownNameError
from dioptra_builtins._array_images import array_name, write_arrays
from dioptra_builtins._image_folders import adversarial_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Images = NDArray[np.float32]

Storage = Literal["auto", "png", "float32"]
STORAGES = ("auto", "png", "float32")
BYTE = 255
# How far, in levels of 255, floating-point noise may carry an attacked pixel short of the level
# that it stands for. It is smaller than 1e-6 of the range of a pixel.
TOLERANCE = 1e-4
# Attacked images hardly compress: the highest level takes twice as long to save 8 % of the bytes.
PNG_LEVEL = 1


@dataclass(frozen=True)
class Store:
    """A kind of files.

    Attributes:
        name: From a clean image, as ``<class folder>/<file>``, to its adversarial image.
        encode: From clean bytes, uint8 [k, ...], and attacked pixel values, float32 [k, ...], to
            what files hold, [k, ...].
        decode: From what files hold to pixel values, float32 [k, ...].
        write: Writes what k files hold below a folder, by their names.
    """

    name: Callable[[str], str]
    encode: "Callable[[NDArray[np.uint8], Images], NDArray[Any]]"
    decode: "Callable[[NDArray[Any]], Images]"
    write: "Callable[[Path, Sequence[str], NDArray[Any]], None]"


def choose_storage(storage: Storage, *, has_budget: bool) -> Storage:
    """Choose between PNG files and files without loss.

    Args:
        storage: ``"png"``, ``"float32"``, or ``"auto"``: PNG files keep a budget, but would undo
            the smallest change that misleads.
        has_budget: Whether the attack goes as far as a distance allows.

    Returns:
        ``"png"`` or ``"float32"``.

    Raises:
        UnknownNameError: There is no such ``storage``.
    """
    if storage not in STORAGES:
        raise UnknownNameError("storage", storage, STORAGES)
    if storage == "auto":
        return "png" if has_budget else "float32"
    return storage


def make_store(
    storage: Storage, rescale: float, offset: float = 0.0, *, keeps_distance: bool = True
) -> Store:
    """Make the store of attacked images.

    Args:
        storage: ``"png"`` or ``"float32"``.
        rescale: The factor from a byte in [0, 255] to a pixel value.
        offset: The pixel value of a byte 0.
        keeps_distance: Whether the attack keeps to a distance, which rounding must not exceed.
    """
    import numpy as np

    if storage == "png":
        return Store(
            adversarial_name,
            lambda clean, attacked: quantize(clean, attacked, rescale, keeps_distance, offset),
            lambda stored: to_pixels(stored, rescale, offset),
            write_png,
        )
    width = BYTE * rescale

    def to_shares(_clean: "NDArray[np.uint8]", attacked: "Images") -> "Images":
        shares = (attacked.astype(np.float64) - offset) / width
        return np.clip(shares, 0, 1).astype(np.float32)

    return Store(
        array_name, to_shares, lambda stored: to_pixels(stored, width, offset), write_arrays
    )


def to_pixels(stored: "NDArray[Any]", factor: float, offset: float) -> "Images":
    """Give the pixel values of bytes or of shares.

    Args:
        stored: Of any shape.
        factor: From one of them to a pixel value.
        offset: The pixel value of 0.

    Returns:
        float32 of the same shape.
    """
    import numpy as np

    pixels: Images = stored.astype(np.float32) * np.float32(factor)
    return pixels + np.float32(offset) if offset else pixels


def quantize(
    clean: "NDArray[np.uint8]",
    attacked: "Images",
    rescale: float,
    has_budget: bool = True,
    offset: float = 0.0,
) -> "NDArray[np.uint8]":
    """Round attacked images to bytes.

    Rounding towards the clean image keeps every budget, whatever its norm; rounding to the nearest
    byte would exceed it. An attack without a budget looks for the smallest change that misleads,
    and rounding towards the clean image would undo it.

    Args:
        clean: The clean images, uint8 [n, ...].
        attacked: Their attacked pixel values, finite, float [n, ...].
        rescale: The factor from a byte in [0, 255] to a pixel value.
        has_budget: Whether to round towards the clean image, or to the nearest byte.
        offset: The pixel value of a byte 0.

    Returns:
        uint8 [n, ...].
    """
    import numpy as np

    base = clean.astype(np.float64)
    step = (attacked.astype(np.float64) - offset) / np.float64(np.float32(rescale)) - base
    levels = np.sign(step) * np.floor(np.abs(step) + (TOLERANCE if has_budget else 0.5))
    stored: NDArray[np.uint8] = np.clip(base + levels, 0, BYTE).astype(np.uint8)
    return stored


def write_png(target: Path, names: Sequence[str], images: "NDArray[np.uint8]") -> None:
    """Write images as PNG files of 8 bits.

    Args:
        target: The folder that holds the class folders.
        names: Those of the files below it, n of them.
        images: uint8 [n, height, width, channels].
    """
    import tensorflow as tf

    # All at once and outside of Python's lock, which the attack beside it needs: several times as
    # fast as image by image with Pillow.
    for name, png in zip(names, tf.io.encode_png(images, PNG_LEVEL).numpy(), strict=True):
        # A plain call: pathlib takes as long as the file system, and holds Python's lock.
        with open(f"{target}/{name}", "wb") as file:  # noqa: PTH123
            file.write(png)
