# SPDX-License-Identifier: Apache-2.0
"""Projected gradient descent (PGD).

Madry, Makelov, Schmidt, Tsipras and Vladu, "Towards deep learning models resistant to adversarial
attacks", ICLR 2018 (https://arxiv.org/abs/1706.06083); computed by the Adversarial Robustness
Toolbox.
"""

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra_builtins.attacks._labels import LabelMode, Labels
from dioptra_builtins.attacks._methods import make_method
from dioptra_builtins.attacks._running import run_method
from dioptra_builtins.attacks._storing import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from art.estimators.classification import TensorFlowV2Classifier


@pyplugs.register(requires=("art", "pandas", "tensorflow"))
def create_adversarial_pgd_dataset(
    data_dir: str | Path,
    adv_data_dir: str | Path,
    keras_classifier: "TensorFlowV2Classifier",
    image_size: tuple[int, int, int],
    distance_metrics_list: "Sequence[tuple[str, Callable[..., Any]]] | None" = None,
    rescale: float = 1 / 255,
    batch_size: int = 32,
    label_mode: LabelMode = "categorical",
    eps: float = 0.3,
    eps_step: float = 0.01,
    max_iter: int = 40,
    num_random_init: int = 1,
    norm: float | str = inf,
    labels: Labels = "true",
    storage: Storage = "auto",
    on_outcomes: "Callable[[pd.DataFrame], object] | None" = None,
) -> "pd.DataFrame":
    """Attack every image of a folder by PGD and store the adversarial images.

    The method is that of Madry, Makelov, Schmidt, Tsipras and Vladu, 2018
    (https://arxiv.org/abs/1706.06083); the defaults are what they attack MNIST with. What is stored
    is what was attacked, as by ``attacks.fgm``.

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
        eps_step: How far a step goes, in pixel values, above 0.
        max_iter: The number of steps, at least 1.
        num_random_init: The number of random starts within ``eps``; 0 starts at the clean image.
            They are drawn from NumPy's global generator.
        norm: The norm of ``eps``: inf, 1 or 2, also as text.
        labels: Whether the loss is that of the ``"true"`` labels or of the ``"predicted"`` ones.
        storage: ``"png"`` for files of 8 bits, ``"float32"`` for files without loss
            (``<class folder>/adv_<name>.npy``, shares of the pixel interval), or ``"auto"``:
            PNG files.
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
    parameters = {
        "norm": norm,
        "eps": eps,
        "eps_step": eps_step,
        "max_iter": max_iter,
        "num_random_init": num_random_init,
        "batch_size": batch_size,
    }
    method = make_method("ProjectedGradientDescent", keras_classifier, parameters)
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
    )
