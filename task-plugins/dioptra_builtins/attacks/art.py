# SPDX-License-Identifier: Apache-2.0
"""Any evasion attack of the Adversarial Robustness Toolbox (ART), by its name."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra_builtins.attacks._labels import LabelMode, Labels
from dioptra_builtins.attacks._methods import (
    find_budget,
    list_attacks,
    make_method,
    scale_parameters,
)
from dioptra_builtins.attacks._running import run_method
from dioptra_builtins.attacks._storing import Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from art.estimators.classification import TensorFlowV2Classifier


@pyplugs.register(requires=("art", "pandas", "tensorflow"))
def create_adversarial_dataset(
    data_dir: str | Path,
    adv_data_dir: str | Path,
    keras_classifier: "TensorFlowV2Classifier",
    image_size: tuple[int, int, int],
    attack_name: str,
    attack_parameters: Mapping[str, Any] | None = None,
    distance_metrics_list: "Sequence[tuple[str, Callable[..., Any]]] | None" = None,
    rescale: float = 1 / 255,
    label_mode: LabelMode = "categorical",
    labels: Labels = "true",
    storage: Storage = "auto",
    on_outcomes: "Callable[[pd.DataFrame], object] | None" = None,
) -> "pd.DataFrame":
    """Attack every image of a folder by an attack of ART and store the images.

    What is stored is what was attacked, as by ``attacks.fgm``. Where the attack has a parameter
    ``eps``, pixels are rounded towards the clean image, so that they keep to it; else they are
    rounded to the nearest byte, so that the smallest change that misleads is not undone.

    Attacks that reckon with probabilities, such as NewtonFool and SimBA, get them also from a
    classifier that predicts logits. Attacks that make one perturbation for all images, or that need
    targets, are refused.

    Args:
        data_dir: A folder with one folder of 8-bit PNG images for each class.
        adv_data_dir: Where to write ``<class folder>/adv_<name>``; empty, or not there yet.
        keras_classifier: The ART classifier to attack. Where it has a contract, class folders are
            matched by name with its classes; else there is one for each, sorted by name.
        image_size: Height and width in pixels, and channels, of the images.
        attack_name: The name of its class in ``art.attacks.evasion``, whose documentation names the
            paper: ``"DeepFool"``, ``"CarliniL2Method"``, ``"SquareAttack"``.
        attack_parameters: Parameters of its constructor; those left out have ART's default.
        distance_metrics_list: Names and functions of distance metrics, as made by
            ``metrics.distance.get_distance_metric_list``.
        rescale: The factor from a byte in [0, 255] to a pixel value, above that of a byte 0, which
            is the lower clip value: 1/255 for a classifier of [0, 1], 2/255 of [-1, 1], 1 of
            [0, 255].
        label_mode: Whether ART gets labels one-hot (``"categorical"``) or as numbers (``"int"``).
        labels: Whether the loss is that of the ``"true"`` labels or of the ``"predicted"`` ones.
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
        ParameterError: The attack takes no such parameter or not this value, or it cannot attack
            this classifier.
        UnknownNameError: There is no such attack, norm, ``label_mode``, ``labels`` or
            ``storage``.
    """
    method = make_method(attack_name, keras_classifier, attack_parameters or {})
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


@pyplugs.register(requires=("art",))
def list_attack_names() -> list[str]:
    """List the evasion attacks of ART.

    Returns:
        The names of their classes in ``art.attacks.evasion``, sorted; that some of them cannot
        attack a classifier of images is said when they are made.
    """
    return sorted(list_attacks())


@pyplugs.register(requires=("art",))
def get_attack_budget(
    attack_name: str, attack_parameters: Mapping[str, Any] | None = None
) -> tuple[float | None, str | None]:
    """Tell how far an attack goes.

    Args:
        attack_name: The name of its class in ``art.attacks.evasion``.
        attack_parameters: Parameters of its constructor; those left out have ART's default.

    Returns:
        ``eps``, as it was given or as ART has it by default, None where the attack has none; and
        its norm as text, None where the constructor takes none.

    Raises:
        ParameterError: The attack takes no such parameter.
        UnknownNameError: There is no such attack.
    """
    return find_budget(attack_name, attack_parameters or {})


@pyplugs.register(requires=("art",))
def scale_attack_parameters(
    attack_name: str, attack_parameters: Mapping[str, Any] | None, width: float
) -> dict[str, Any]:
    """Turn parameters that are shares of the pixel interval into pixel values.

    Args:
        attack_name: The name of its class in ``art.attacks.evasion``.
        attack_parameters: Parameters of its constructor; those that are pixel values or distances
            in them, such as ``eps``, are shares of the interval.
        width: How long the pixel interval is: 1 for pixels of [0, 1], 255 of [0, 255].

    Returns:
        The parameters in pixel values, also those that have ART's default, which is a share.

    Raises:
        UnknownNameError: There is no such attack.
    """
    return scale_parameters(attack_name, attack_parameters or {}, width)
