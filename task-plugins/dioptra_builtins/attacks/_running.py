# SPDX-License-Identifier: Apache-2.0
"""Running an attack over a folder of images; how every task that makes a data set ends."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra_builtins._image_reading import CHUNK
from dioptra_builtins.attacks._adversarial_set import attack_image_folder
from dioptra_builtins.attacks._labels import LabelMode, Labels, attack_from_labels

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from art.attacks.evasion import EvasionAttack
    from numpy.typing import NDArray


def run_method(
    method: "EvasionAttack",
    data_dir: str | Path,
    adv_data_dir: str | Path,
    image_size: tuple[int, int, int],
    distance_metrics_list: Sequence[tuple[str, Callable[..., Any]]] | None,
    rescale: float,
    label_mode: LabelMode,
    labels: Labels,
    threads: int = 1,
) -> "pd.DataFrame":
    """Attack every image of a folder and store the adversarial images as 8-bit PNGs.

    Args:
        method: The attack. Where it has an ``eps``, rounding to bytes keeps to it.
        data_dir: A folder with one folder of 8-bit PNG images for each class.
        adv_data_dir: Where to write ``<class folder>/adv_<name>.png``; empty, or not there yet.
        image_size: Height and width in pixels, and channels, of the images.
        distance_metrics_list: Names and functions of distance metrics.
        rescale: The factor from a byte in [0, 255] to a pixel value.
        label_mode: Whether ART gets labels one-hot (``"categorical"``) or as numbers (``"int"``).
        labels: Whether the loss is that of the ``"true"`` labels or of the ``"predicted"`` ones.
        threads: How many chunks are attacked at once: one, where the method or its classifier draws
            random numbers or keeps anything from one call to the next.

    Returns:
        One row for each image: ``image``, ``label`` and one column for each distance metric.

    Raises:
        DatasetError: ``data_dir`` cannot be used, or ``adv_data_dir`` is not empty.
        ParameterError: The attack does not give an image for each image, or two metrics have one
            name, or one is named ``image`` or ``label``.
        UnknownNameError: There is no such ``label_mode`` or ``labels``.
    """
    return attack_image_folder(
        data_dir,
        adv_data_dir,
        image_size,
        attack_from_labels(method, labels, label_mode),
        distance_metrics_list or (),
        rescale,
        has_budget=hasattr(method, "eps"),
        threads=threads,
    )


def generate_side_by_side(
    method: "EvasionAttack",
    images: "NDArray[np.float32]",
    labels: "NDArray[Any] | None",
    threads: int,
) -> "NDArray[np.float32]":
    """Attack images in memory; the batches are those of a single call.

    Args:
        method: The attack, which has a ``batch_size``.
        images: float32 [n, height, width, channels].
        labels: Numbers [n] or one-hot [n, classes]; None for those that are predicted.
        threads: How many chunks are attacked at once: one, where the method or its classifier draws
            random numbers or keeps anything from one call to the next.

    Returns:
        The adversarial images, float32 [n, height, width, channels].
    """
    import numpy as np

    from dioptra_builtins._threads import map_ahead

    # Whole batches, of about as many images as are read from a folder at a time.
    size = method.batch_size * max(1, CHUNK // method.batch_size)
    if threads == 1 or len(images) <= size:
        return np.asarray(method.generate(images, labels))
    places = (slice(start, start + size) for start in range(0, len(images), size))

    def attack(place: slice) -> "NDArray[np.float32]":
        return np.asarray(method.generate(images[place], None if labels is None else labels[place]))

    return np.concatenate(list(map_ahead(attack, places, threads)))
