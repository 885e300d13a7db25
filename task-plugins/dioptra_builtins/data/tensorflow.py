# SPDX-License-Identifier: Apache-2.0
"""Data sets for TensorFlow and Keras, read from folders of images."""

from dataclasses import replace
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dioptra import pyplugs
from dioptra.sdk.exceptions import DatasetError, ParameterError, UnknownNameError
from dioptra_builtins._image_folders import adversarial_name

if TYPE_CHECKING:
    import numpy as np
    import tensorflow as tf
    from numpy.typing import NDArray

LABEL_MODES = ("binary", "categorical", "int")
SUBSETS = ("training", "validation")
# How far, in levels of 255, the last bit of a number of 32 bits may carry an unchanged pixel.
LEVEL_NOISE = 1e-4


@pyplugs.register(requires=("tensorflow",))
def create_image_dataset(
    data_dir: str | Path,
    subset: Literal["training", "validation"] | None,
    image_size: tuple[int, int, int],
    seed: int,
    rescale: float = 1 / 255,
    validation_split: float | None = 0.2,
    batch_size: int = 32,
    label_mode: Literal["binary", "categorical", "int"] = "categorical",
    offset: float = 0.0,
) -> "tf.data.Dataset":
    """Read a folder of images, one folder a class, as a batched data set.

    All files are listed and their headers checked at once; pixels are read when they are needed.
    Those of a training or validation subset then stay in memory as bytes, where they have at most
    512 MiB together, so later epochs read no file. The training subset is shuffled anew in every
    epoch; the others keep the order of the files, sorted by class and name.

    Args:
        data_dir: A folder with one folder of images for each class: 8-bit PNGs, or adversarial
            images that were stored without loss.
        subset: ``"training"``, ``"validation"``, or None for the whole folder.
        image_size: Height and width in pixels, and 1 (grey) or 3 (RGB) channels, of every image.
        seed: The seed of the split and of the shuffling, at least 0. The same seed gives a
            training and a validation subset that share no image and leave none out.
        rescale: The factor from a byte in [0, 255] to a pixel value; 1/255 gives [0, 1].
        validation_split: The share of the images in the validation subset, above 0 and below 1;
            None where ``subset`` is None.
        batch_size: The number of images in a batch, at least 1; the last one may be smaller.
        label_mode: ``"categorical"``: labels are float32 [n, classes], one-hot; ``"int"``: int32
            [n]; ``"binary"``: float32 [n, 1], for two classes.
        offset: The pixel value of a byte 0: -1 with a ``rescale`` of 2/255 gives [-1, 1].

    Returns:
        A data set of ``(images, labels)``; images are float32 [n, height, width, channels]. Its
        ``class_names`` are the sorted names of the class folders, ``file_paths`` the files, and
        ``labels`` their labels, int64 [all], the latter two in the order before shuffling.

    Raises:
        DatasetError: The folder cannot be used; the message names the file that is at fault.
        ParameterError: ``subset`` and ``validation_split`` do not go together, or a value is
            outside its range.
        UnknownNameError: There is no such ``subset`` or ``label_mode``.
    """
    import numpy as np
    import tensorflow as tf

    from dioptra_builtins import _array_images as arrays
    from dioptra_builtins import _image_reading as reading

    _check_options(subset, validation_split, batch_size, label_mode, seed)
    folder = arrays.scan_stored_images(data_dir, image_size)
    if label_mode == "binary" and len(folder.class_names) != 2:  # noqa: PLR2004 - as the name says
        raise ParameterError(
            f"label_mode='binary' is for two classes; {str(data_dir)!r} has "
            f"{len(folder.class_names)}"
        )
    chosen = _choose(len(folder.names), subset, validation_split, seed)
    paths = np.array(folder.paths)[chosen]
    labels = np.array(folder.labels, dtype=np.int64)[chosen]

    # A whole folder is read once, to evaluate; its bytes would only take memory.
    is_lossless = arrays.holds_arrays(folder)
    is_small = len(paths) * prod(image_size) <= reading.KEPT_BYTES
    is_kept = subset is not None and is_small and not is_lossless
    # Without loss, an image holds shares of the pixel interval.
    factor = np.float32(arrays.BYTE * rescale if is_lossless else rescale)
    decode = arrays.decode_arrays if is_lossless else reading.decode_images

    def load(images: Any, labels: Any) -> tuple[Any, Any]:
        pixels = images if is_kept else decode(images, image_size)
        images = tf.cast(pixels, tf.float32) * factor
        if offset:
            images += np.float32(offset)
        return images, _encode_labels(labels, label_mode, len(folder.class_names))

    dataset = tf.data.Dataset.from_tensor_slices((paths, labels))
    if is_kept:
        dataset = reading.keep_decoded(dataset, image_size)
    if subset == "training":
        dataset = dataset.shuffle(len(chosen), seed=seed)
    dataset = dataset.batch(batch_size).map(load, num_parallel_calls=reading.PARALLEL_CALLS)
    dataset = reading.without_autotuning(dataset.prefetch(2))
    dataset.class_names = folder.class_names
    dataset.file_paths = paths.tolist()
    dataset.labels = labels
    return dataset


@pyplugs.register
def get_n_classes(ds: "tf.data.Dataset") -> int:
    """Count the classes of a data set made by ``create_image_dataset``.

    Args:
        ds: The data set.

    Returns:
        The number of its class folders.
    """
    return len(ds.class_names)


@pyplugs.register
def get_n_classes_from_directory_iterator(ds: "tf.data.Dataset") -> int:
    """Count the classes of a data set: the classic name of ``get_n_classes``.

    Args:
        ds: The data set.

    Returns:
        The number of its class folders.
    """
    return get_n_classes(ds)


@pyplugs.register(requires=("tensorflow",))
def compare_image_folders(
    clean_dir: str | Path,
    adv_data_dir: str | Path,
    image_size: tuple[int, int, int],
    rescale: float = 1 / 255,
) -> dict[str, float]:
    """Compare a folder of adversarial images, as stored, with the clean images they came from.

    Args:
        clean_dir: A folder of clean images, ``<class>/<name>.png``.
        adv_data_dir: The folder of their adversarial images, ``<class>/adv_<name>.png``, or
            ``.npy`` where they were stored without loss.
        image_size: Height and width in pixels, and channels, of the images.
        rescale: The factor from a byte in [0, 255] to a pixel value.

    Returns:
        ``n``, the number of images; ``linf_max``, the largest difference of any pixel, in pixel
        values; ``unchanged_share``, the share of images, in [0, 1], that equal their clean image.

    Raises:
        DatasetError: A folder cannot be used, or an image is without its counterpart.
    """
    import numpy as np

    from dioptra_builtins._array_images import array_name, holds_arrays, scan_stored_images
    from dioptra_builtins._image_folders import scan_image_folder
    from dioptra_builtins._image_reading import iterate_images

    clean = scan_image_folder(clean_dir, image_size)
    adversarial = scan_stored_images(adv_data_dir, image_size)
    is_lossless = holds_arrays(adversarial)
    # Of other suffixes, the same names may have another order.
    names = tuple(map(array_name if is_lossless else adversarial_name, clean.names))
    if adversarial.names != tuple(sorted(names)):
        raise DatasetError(
            f"the images of {str(adv_data_dir)!r} are not those of {str(clean_dir)!r}: "
            f"{len(adversarial.names)} and {len(clean.names)} images, or other names"
        )
    adversarial = replace(adversarial, names=names)
    largest, unchanged = 0.0, 0
    pairs = zip(
        iterate_images(clean, image_size), iterate_images(adversarial, image_size), strict=True
    )
    for (_, before), (_, after) in pairs:
        levels = after.astype(np.float64) * 255 if is_lossless else after.astype(np.int16)
        difference = np.abs(before.astype(np.int16) - levels).reshape(len(before), -1).max(axis=1)
        largest = max(largest, float(difference.max()))
        unchanged += int((difference <= LEVEL_NOISE).sum())
    n = len(clean.names)
    return {"n": n, "linf_max": largest * rescale, "unchanged_share": unchanged / n}


def _check_options(
    subset: str | None,
    validation_split: float | None,
    batch_size: int,
    label_mode: str,
    seed: int,
) -> None:
    if subset not in (*SUBSETS, None):
        raise UnknownNameError("subset", subset, [*SUBSETS, "None (the whole folder)"])
    if label_mode not in LABEL_MODES:
        raise UnknownNameError("label mode", label_mode, LABEL_MODES)
    if batch_size < 1:
        raise ParameterError(f"batch_size is at least 1, not {batch_size}")
    if seed < 0:
        raise ParameterError(f"seed is at least 0, not {seed}")
    if (subset is None) != (validation_split is None):
        raise ParameterError(
            f"{subset=} and {validation_split=} do not go together: give a validation_split for "
            "the training and validation subsets, and None for the whole folder"
        )
    if validation_split is not None and not 0 < validation_split < 1:
        raise ParameterError(f"validation_split is above 0 and below 1, not {validation_split}")


def _choose(
    n: int, subset: str | None, validation_split: float | None, seed: int
) -> "NDArray[np.int64]":
    import numpy as np

    if subset is None or validation_split is None:
        return np.arange(n)
    n_validation = round(n * validation_split)
    if not 0 < n_validation < n:
        raise ParameterError(
            f"validation_split={validation_split} of {n} images leaves one subset empty"
        )
    order = np.random.default_rng(seed).permutation(n)
    return np.sort(order[:n_validation] if subset == "validation" else order[n_validation:])


def _encode_labels(labels: Any, label_mode: str, n_classes: int) -> Any:
    import tensorflow as tf

    if label_mode == "categorical":
        return tf.one_hot(labels, n_classes, dtype=tf.float32)
    if label_mode == "binary":
        return tf.cast(labels, tf.float32)[:, tf.newaxis]
    return tf.cast(labels, tf.int32)
