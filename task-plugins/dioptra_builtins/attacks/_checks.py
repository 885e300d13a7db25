# SPDX-License-Identifier: Apache-2.0
"""What is checked before an attack: that images, pixels and classes are those of the classifier."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.contracts import format_size
from dioptra.sdk.exceptions import ContractError, ParameterError

if TYPE_CHECKING:
    import numpy as np
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray

    from dioptra.contracts import ModelContract

BYTE = 255
# How far a pixel may lie outside of the clip values, and both their ends from those of the bytes,
# as a share of the interval.
TOLERANCE = 1e-6


def check_image_size(classifier: "TensorFlowV2Classifier", image_size: Sequence[int]) -> None:
    """Check that a classifier takes images of a size.

    Args:
        classifier: The ART classifier.
        image_size: Height and width in pixels, and channels.

    Raises:
        ContractError: It takes images of another one.
    """
    wanted = tuple(classifier.input_shape)
    if tuple(image_size) != wanted:
        raise ContractError(
            f"the classifier takes images of {format_size(wanted)} (height x width x channels), "
            f"but image_size is {format_size(image_size)}; attack images of its size, or another "
            "classifier"
        )


def find_interval(classifier: "TensorFlowV2Classifier") -> tuple[float, float] | None:
    """Give the clip values of a classifier.

    Args:
        classifier: The ART classifier.

    Returns:
        The least and the largest pixel value; None where the classifier has none.

    Raises:
        ContractError: They differ from pixel to pixel, or do not rise.
    """
    import numpy as np

    contract: ModelContract | None = getattr(classifier, "contract", None)
    if contract is not None:
        # ART keeps its clip values with 32 bits.
        return contract.pixel_interval
    if classifier.clip_values is None:
        return None
    ends = [np.unique(np.asarray(end, np.float64)) for end in classifier.clip_values]
    if any(len(end) != 1 for end in ends):
        raise ContractError(
            "the clip values of the classifier differ from pixel to pixel; an image of bytes has "
            "one interval: give the classifier two numbers"
        )
    low, high = (float(end[0]) for end in ends)
    if not low < high:
        raise ContractError(f"the clip values of the classifier, {low:g} and {high:g}, do not rise")
    return low, high


def find_offset(classifier: "TensorFlowV2Classifier", rescale: float) -> float:
    """Check that bytes become pixels of a classifier, and tell what a byte 0 becomes.

    Args:
        classifier: The ART classifier.
        rescale: The factor from a byte in [0, 255] to a pixel value.

    Returns:
        The lower clip value; 0 where the classifier has no clip values.

    Raises:
        ContractError: A byte 255 does not become the upper clip value.
    """
    interval = find_interval(classifier)
    if interval is None:
        return 0.0
    low, high = interval
    width = high - low
    if not abs(BYTE * rescale - width) <= TOLERANCE * width:
        raise ContractError(
            f"the pixels of the classifier go from {low:g} to {high:g}, but those of bytes from "
            f"{low:g} to {low + BYTE * rescale:g} with rescale={rescale:g}; it takes "
            f"rescale={width / BYTE:g} ({width:g} / 255)"
        )
    return low


def match_outputs(
    classifier: "TensorFlowV2Classifier", class_names: Sequence[str], data_dir: str | Path
) -> tuple[int, ...]:
    """Find the classes of a folder among the outputs of a classifier.

    Args:
        classifier: The ART classifier.
        class_names: The sorted names of the class folders.
        data_dir: The folder, for the message.

    Returns:
        For each class its place among the outputs: by name where the classifier has a contract,
        else the order of the folders.

    Raises:
        ContractError: Without a contract, there are more folders or fewer than outputs.
        DatasetError: The contract knows no class of such a name.
    """
    contract: ModelContract | None = getattr(classifier, "contract", None)
    if contract is not None:
        return contract.match(class_names)
    if len(class_names) != classifier.nb_classes:
        raise ContractError(
            f"the classifier tells {classifier.nb_classes} classes apart, but {str(data_dir)!r} "
            f"has {len(class_names)} class folders ({', '.join(class_names)}); give its model a "
            "contract, by which classes are matched by name, or one folder for each class"
        )
    return tuple(range(len(class_names)))


def check_pixels(classifier: "TensorFlowV2Classifier", images: "NDArray[np.float32]") -> None:
    """Check that images in memory are those of a classifier.

    Args:
        classifier: The ART classifier.
        images: [n, height, width, channels].

    Raises:
        ContractError: They are of another shape, or a pixel lies outside of the clip values or is
            not finite.
    """
    shape = tuple(classifier.input_shape)
    if images.shape[1:] != shape:
        raise ContractError(
            f"the classifier takes images of {format_size(shape)} (height x width x channels), "
            f"but the images are of {format_size(images.shape[1:])}"
        )
    interval = find_interval(classifier)
    if interval is None or not images.size:
        return
    low, high = interval
    margin = TOLERANCE * (high - low)
    least, most = float(images.min()), float(images.max())
    if not (low - margin <= least and most <= high + margin):
        raise ContractError(
            f"pixels go from {least:g} to {most:g}, but those of the classifier from {low:g} to "
            f"{high:g}; scale the images to its clip values"
        )


def check_labels(classifier: "TensorFlowV2Classifier", labels: "NDArray[Any]", count: int) -> None:
    """Check that labels in memory are those of images and of a classifier.

    Args:
        classifier: The ART classifier.
        labels: Numbers [n], or one-hot [n, classes].
        count: The number of images.

    Raises:
        ParameterError: They are of another number or shape, or one is no class of the classifier.
    """
    import numpy as np

    classes = classifier.nb_classes
    if labels.shape not in ((count,), (count, classes)):
        raise ParameterError(
            f"labels are numbers [{count}] or one-hot [{count}, {classes}], one for each image, "
            f"not {list(labels.shape)}"
        )
    if labels.ndim == 1:
        fit = np.isin(labels, np.arange(classes))
        if not fit.all():
            raise ParameterError(
                f"a label is a whole number from 0 to {classes - 1}, not {labels[~fit][0]}"
            )
    elif not ((labels >= 0).all() and np.allclose(labels.sum(axis=1), 1)):
        raise ParameterError("one-hot labels are at least 0 and sum up to 1 for each image")
