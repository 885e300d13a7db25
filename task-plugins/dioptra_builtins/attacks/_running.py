# SPDX-License-Identifier: Apache-2.0
"""Running an attack over a folder of images; how every task that makes a data set ends."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra_builtins._image_reading import CHUNK
from dioptra_builtins.attacks._adversarial_set import attack_image_folder
from dioptra_builtins.attacks._budgets import uses_whole_budget
from dioptra_builtins.attacks._labels import LabelMode, Labels, attack_from_labels, generate
from dioptra_builtins.attacks._storing import Storage, choose_storage

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from art.attacks.evasion import EvasionAttack
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray

    from dioptra_builtins.attacks._adversarial_set import ReportOutcomes


def run_method(
    method: "EvasionAttack",
    keras_classifier: "TensorFlowV2Classifier",
    data_dir: str | Path,
    adv_data_dir: str | Path,
    image_size: tuple[int, int, int],
    distance_metrics_list: Sequence[tuple[str, Callable[..., Any]]] | None,
    rescale: float,
    label_mode: LabelMode,
    labels: Labels,
    storage: Storage,
    on_outcomes: "ReportOutcomes | None",
    threads: int = 1,
) -> "pd.DataFrame":
    """Attack every image of a folder and store the adversarial images.

    Args:
        method: The attack. Where it has an ``eps``, what is stored keeps to it.
        keras_classifier: The ART classifier that it attacks.
        data_dir: A folder with one folder of 8-bit PNG images for each class.
        adv_data_dir: Where to write ``<class folder>/adv_<name>``; empty, or not there yet.
        image_size: Height and width in pixels, and channels, of the images.
        distance_metrics_list: Names and functions of distance metrics.
        rescale: The factor from a byte in [0, 255] to a pixel value.
        label_mode: Whether ART gets labels one-hot (``"categorical"``) or as numbers (``"int"``).
        labels: Whether the loss is that of the ``"true"`` labels or of the ``"predicted"`` ones.
        storage: ``"png"``, ``"float32"``, or ``"auto"`` by whether the attack has a budget.
        on_outcomes: Is called with what is predicted for each image.
        threads: How many chunks are attacked at once: one, where the method or its classifier draws
            random numbers or keeps anything from one call to the next.

    Returns:
        One row for each image: ``image``, ``label`` and one column for each distance metric.

    Raises:
        ContractError: The classifier takes other images, bytes or classes.
        DatasetError: ``data_dir`` cannot be used, or ``adv_data_dir`` is not empty.
        NonFiniteError: A number of the attack or of the classifier is not; an image is named.
        ParameterError: The attack does not give an image for each image or fails, or two metrics
            have one name, or one is named ``image`` or ``label``.
        UnknownNameError: There is no such ``label_mode``, ``labels`` or ``storage``.
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
        classifier=keras_classifier,
        attack_name=type(method).__name__,
        storage=choose_storage(storage, has_budget=uses_whole_budget(method)),
        on_outcomes=on_outcomes,
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

    Raises:
        NonFiniteError: A number of the attack or of the classifier is not finite.
        ParameterError: The attack fails.
    """
    import numpy as np

    from dioptra_builtins._threads import map_ahead

    # Whole batches, of about as many images as are read from a folder at a time.
    size = method.batch_size * max(1, CHUNK // method.batch_size)
    if threads == 1 or len(images) <= size:
        return np.asarray(generate(method, images, labels))
    places = (slice(start, start + size) for start in range(0, len(images), size))

    def attack(place: slice) -> "NDArray[np.float32]":
        own = None if labels is None else labels[place]
        return np.asarray(generate(method, images[place], own))

    return np.concatenate(list(map_ahead(attack, places, threads)))
