# SPDX-License-Identifier: Apache-2.0
"""An attack of one's own, given as a function that attacks images in memory."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra.sdk.exceptions import ParameterError, UnknownNameError
from dioptra_builtins.attacks._adversarial_set import BATCH, attack_image_folder
from dioptra_builtins.attacks._labels import LABELS, Labels
from dioptra_builtins.attacks._storing import Storage, choose_storage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import pandas as pd
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray

# What rounding of 32-bit numbers may add to a distance or a pixel, as a share of the interval.
TOLERANCE = 1e-6
ORDERS = {"inf": float("inf"), "1": 1, "2": 2}


@pyplugs.register(requires=("art", "pandas", "tensorflow"))
def create_adversarial_custom_dataset(
    data_dir: str | Path,
    adv_data_dir: str | Path,
    keras_classifier: "TensorFlowV2Classifier",
    image_size: tuple[int, int, int],
    perturb: "Callable[[NDArray[np.float32], NDArray[np.int64]], NDArray[np.float32]]",
    attack_name: str = "the attack",
    eps: float | None = None,
    norm: float | str = "inf",
    distance_metrics_list: "Sequence[tuple[str, Callable[..., Any]]] | None" = None,
    rescale: float = 1 / 255,
    labels: Labels = "true",
    storage: Storage = "auto",
    on_outcomes: "Callable[[pd.DataFrame], object] | None" = None,
) -> "pd.DataFrame":
    """Attack every image of a folder by a function and store the adversarial images.

    What is stored is what was attacked, as by ``attacks.fgm``: no image is left out, and with a
    budget pixels are rounded towards the clean image. What the function gives is checked, not
    mended: one image for each, finite, within the clip values and within ``eps``.

    Args:
        data_dir: A folder with one folder of 8-bit PNG images for each class.
        adv_data_dir: Where to write ``<class folder>/adv_<name>``; empty, or not there yet.
        keras_classifier: The ART classifier to attack. Where it has a contract, class folders are
            matched by name with its classes; else there is one for each, sorted by name.
        image_size: Height and width in pixels, and channels, of the images.
        perturb: From images, float32 [k, height, width, channels] within the clip values, and the
            classes that it leads away from, int64 [k], to adversarial images of the same shape. It
            is called for one chunk of the images after the other, in the order of the files.
        attack_name: What messages call the attack.
        eps: The largest distance of an adversarial image, in pixel values; None where the attack
            has no budget.
        norm: The norm of ``eps``: inf, 1 or 2, also as text.
        distance_metrics_list: Names and functions of distance metrics, as made by
            ``metrics.distance.get_distance_metric_list``.
        rescale: The factor from a byte in [0, 255] to a pixel value, above that of a byte 0, which
            is the lower clip value: 1/255 for a classifier of [0, 1], 2/255 of [-1, 1], 1 of
            [0, 255].
        labels: Whether ``perturb`` is given the ``"true"`` classes or the ``"predicted"`` ones.
        storage: ``"png"`` for files of 8 bits, ``"float32"`` for files without loss
            (``<class folder>/adv_<name>.npy``, shares of the pixel interval), or ``"auto"``:
            PNG files where the attack has a budget, else no loss, as rounding would undo it.
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
        ParameterError: The function does not give what it has to.
        UnknownNameError: There is no such ``norm``, ``labels`` or ``storage``.
    """
    import numpy as np

    if labels not in LABELS:
        raise UnknownNameError("kind of labels", labels, LABELS)
    if str(norm) not in ORDERS:
        raise UnknownNameError("norm", str(norm), ORDERS)

    def attack(images: Any, truth: Any, _n_classes: int) -> Any:
        classes = truth
        if labels == "predicted":
            predicted = keras_classifier.predict(images, batch_size=BATCH)
            classes = predicted.argmax(axis=1).astype(np.int64)
        # A copy, so that what the function does to its own is no change of the clean images.
        attacked = np.asarray(perturb(images.copy(), classes))
        low, high = keras_classifier.clip_values
        ends = (float(np.min(low)), float(np.max(high)))
        _check(attacked, images, attack_name, ends, eps, ORDERS[str(norm)])
        return attacked.astype(np.float32)

    return attack_image_folder(
        data_dir,
        adv_data_dir,
        image_size,
        attack,
        distance_metrics_list or (),
        rescale,
        has_budget=eps is not None,
        classifier=keras_classifier,
        attack_name=attack_name,
        storage=choose_storage(storage, has_budget=eps is not None),
        on_outcomes=on_outcomes,
    )


def _check(
    attacked: "NDArray[Any]",
    clean: "NDArray[np.float32]",
    name: str,
    clip_values: tuple[float, float],
    eps: float | None,
    order: float,
) -> None:
    import numpy as np

    if attacked.shape != clean.shape or not np.issubdtype(attacked.dtype, np.floating):
        raise ParameterError(
            f"{name} gives {attacked.dtype} {list(attacked.shape)} for images of "
            f"{clean.dtype} {list(clean.shape)}; let it give one image for each, as floating-point "
            "numbers"
        )
    if not np.isfinite(attacked).all():
        # The caller looks for the image, and names it.
        return
    low, high = clip_values
    slack = TOLERANCE * (high - low)
    if attacked.min() < low - slack or attacked.max() > high + slack:
        raise ParameterError(
            f"{name} gives pixels from {attacked.min():g} to {attacked.max():g}, and the model "
            f"takes {low:g} to {high:g}; clip them to keras_classifier.clip_values"
        )
    if eps is None:
        return
    change = (attacked.astype(np.float64) - clean).reshape(len(clean), -1)
    largest = float(np.linalg.norm(change, ord=order, axis=1).max(initial=0))
    if largest > eps + slack * max(1.0, largest):
        raise ParameterError(
            f"{name} moves an image by {largest:g}, and its eps is {eps:g} (both in pixel values, "
            f"norm {order:g}); let it keep to its budget, or declare none"
        )
