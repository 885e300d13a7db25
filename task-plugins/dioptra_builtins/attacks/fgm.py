# SPDX-License-Identifier: Apache-2.0
"""The fast gradient method (FGM).

Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", ICLR 2015
(https://arxiv.org/abs/1412.6572); computed by the Adversarial Robustness Toolbox.
"""

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra_builtins._side_by_side import count_threads
from dioptra_builtins.attacks._checks import check_labels, check_pixels
from dioptra_builtins.attacks._labels import LabelMode, Labels
from dioptra_builtins.attacks._methods import make_method
from dioptra_builtins.attacks._running import generate_side_by_side, run_method
from dioptra_builtins.attacks._storing import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import pandas as pd
    from art.attacks.evasion import EvasionAttack
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray


@pyplugs.register(requires=("art", "pandas", "tensorflow"))
def create_adversarial_fgm_dataset(
    data_dir: str | Path,
    adv_data_dir: str | Path,
    keras_classifier: "TensorFlowV2Classifier",
    image_size: tuple[int, int, int],
    distance_metrics_list: "Sequence[tuple[str, Callable[..., Any]]] | None" = None,
    rescale: float = 1 / 255,
    batch_size: int = 32,
    label_mode: LabelMode = "categorical",
    eps: float = 0.3,
    eps_step: float = 0.1,
    minimal: bool = False,
    norm: float | str = inf,
    labels: Labels = "true",
    storage: Storage = "auto",
    on_outcomes: "Callable[[pd.DataFrame], object] | None" = None,
) -> "pd.DataFrame":
    """Attack every image of a folder and store the adversarial images.

    The method is that of Goodfellow, Shlens and Szegedy, 2015 (https://arxiv.org/abs/1412.6572).

    What is stored is what was attacked: pixels keep to the clip values and, rounded towards the
    clean image, to the budget ``eps``; nothing is stretched, and no image is left out.

    Args:
        data_dir: A folder with one folder of 8-bit PNG images for each class.
        adv_data_dir: Where to write ``<class folder>/adv_<name>``; empty, or not there yet.
        keras_classifier: The ART classifier to attack. Where it has a contract, class folders are
            matched by name with its classes; else there is one for each, sorted by name.
        image_size: Height and width in pixels, and channels, of the images.
        distance_metrics_list: Names and functions of distance metrics, as made by
            ``metrics.distance.get_distance_metric_list``.
        rescale: The factor from a byte in [0, 255] to a pixel value, above that of a byte 0, which
            is the lower clip value: 1/255 for a classifier of [0, 1], 2/255 of [-1, 1], 1 of
            [0, 255].
        batch_size: The number of images whose gradients are computed at once, at least 1.
        label_mode: Whether ART gets labels one-hot (``"categorical"``) or as numbers (``"int"``).
        eps: The largest distance of an adversarial image, in pixel values, at least 0.
        eps_step: The step of the search for the smallest perturbation, in pixel values, above 0.
        minimal: Whether to search, in steps of ``eps_step`` up to ``eps``, for the smallest
            perturbation that changes the prediction.
        norm: The norm of ``eps``: inf, 1 or 2, also as text.
        labels: Whether the loss is that of the ``"true"`` labels or of the ``"predicted"`` ones.
        storage: ``"png"`` for files of 8 bits, ``"float32"`` for files without loss
            (``<class folder>/adv_<name>.npy``, shares of the pixel interval), or ``"auto"``:
            PNG files, but with ``minimal`` no loss, as rounding would undo it.
        on_outcomes: Is called once with one row for each image: ``image`` and ``label`` as below,
            and whether the classifier predicts the true class for the attacked image in memory,
            ``correct_in_memory``, and as stored, ``correct``. None: nothing is predicted.

    Returns:
        One row for each image: ``image`` (its path below ``adv_data_dir``), ``label`` (the name of
        its class) and one column for each distance metric, computed from the stored image.

    Raises:
        ContractError: The classifier takes other images, bytes or classes.
        DatasetError: ``data_dir`` cannot be used, or ``adv_data_dir`` is not empty.
        NonFiniteError: A number of the attack or of the classifier is NaN or infinite; the image
            is named.
        ParameterError: A value is outside its range.
        UnknownNameError: There is no such ``norm``, ``label_mode``, ``labels`` or ``storage``.
    """
    method = _make_fgm(keras_classifier, batch_size, eps, eps_step, minimal, norm)
    return run_method(
        method,
        keras_classifier,
        data_dir,
        adv_data_dir,
        image_size,
        distance_metrics_list,
        rescale,
        label_mode,
        labels,
        storage,
        on_outcomes,
        _count_threads(keras_classifier, image_size, minimal),
    )


@pyplugs.register(requires=("art", "tensorflow"))
def perturb_images(
    keras_classifier: "TensorFlowV2Classifier",
    images: "NDArray[np.float32]",
    labels: "NDArray[Any] | None" = None,
    batch_size: int = 32,
    eps: float = 0.3,
    eps_step: float = 0.1,
    minimal: bool = False,
    norm: float | str = inf,
) -> "NDArray[np.float32]":
    """Attack images in memory, by the method of Goodfellow, Shlens and Szegedy, 2015.

    Args:
        keras_classifier: The ART classifier to attack.
        images: float32 [n, height, width, channels], within the classifier's clip values.
        labels: Their classes, as numbers [n] or one-hot [n, classes]; None for those that the
            classifier predicts.
        batch_size: The number of images whose gradients are computed at once, at least 1.
        eps: The largest distance of an adversarial image, in pixel values, at least 0.
        eps_step: The step of the search for the smallest perturbation, in pixel values, above 0.
        minimal: Whether to search, in steps of ``eps_step`` up to ``eps``, for the smallest
            perturbation that changes the prediction.
        norm: The norm of ``eps``: inf, 1 or 2, also as text.

    Returns:
        The adversarial images, float32 [n, height, width, channels].

    Raises:
        ContractError: The images are not of the classifier's size, or not within its clip values.
        NonFiniteError: A number of the attack or of the classifier is NaN or infinite.
        ParameterError: A value is outside its range, or labels are not those of the images.
        UnknownNameError: There is no such ``norm``.
    """
    check_pixels(keras_classifier, images)
    if labels is not None:
        check_labels(keras_classifier, labels, len(images))
    method = _make_fgm(keras_classifier, batch_size, eps, eps_step, minimal, norm)
    threads = _count_threads(keras_classifier, images.shape[1:], minimal)
    return generate_side_by_side(method, images, labels, threads)


def _count_threads(
    classifier: "TensorFlowV2Classifier", image_size: tuple[int, ...], minimal: bool
) -> int:
    # ART's method neither draws nor keeps anything, nor does most classifiers' model: then a chunk
    # beside another one gives the same images. The search for the smallest perturbation takes long,
    # and an interrupt would have to wait for it.
    stateless = not minimal and getattr(classifier, "is_stateless", False)
    return count_threads(image_size, is_stateless=stateless)


def _make_fgm(
    classifier: "TensorFlowV2Classifier",
    batch_size: int,
    eps: float,
    eps_step: float,
    minimal: bool,
    norm: float | str,
) -> "EvasionAttack":
    return make_method(
        "FastGradientMethod",
        classifier,
        {
            "norm": norm,
            "eps": eps,
            "eps_step": eps_step,
            "batch_size": batch_size,
            "minimal": minimal,
        },
    )
