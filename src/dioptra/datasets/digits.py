# SPDX-License-Identifier: Apache-2.0
"""The handwritten digits that scikit-learn bundles: real images, without any network."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.datasets.folders import make_dataset
from dioptra.sdk.requirements import check_requirements

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dioptra.datasets.folders import Subsets

SIZE = (28, 28)
TEST_SHARE = 0.2
BRIGHTEST = 16
SOURCE = {
    "citation": "E. Alpaydin and C. Kaynak, Optical recognition of handwritten digits, UCI 1998",
    "licence": "CC BY 4.0",
    "scaled": "from 8 x 8 pixels and 17 levels to 28 x 28 pixels and 256 levels",
}


def make_digits(folder: str | Path) -> Path:
    """Make scikit-learn's bundled digits: 1,797 images, scaled to 28 x 28 pixels, 8-bit grey.

    A fifth of each class is for testing; the split is the same every time.

    Args:
        folder: Where to make ``training/<digit>/<number>.png`` and ``testing/...``.

    Returns:
        The folder.

    Raises:
        MissingRequirementError: scikit-learn is not installed.
        DatasetError: The folder holds something else, or cannot be written.
    """
    check_requirements(("sklearn",), "the data set of digits")
    return make_dataset(folder, "digits", SOURCE, _load)


def _load(_folder: Path) -> "Subsets":
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    images = _scale(digits.images)
    x_train, x_test, y_train, y_test = train_test_split(
        images, digits.target, test_size=TEST_SHARE, stratify=digits.target, random_state=0
    )
    return {"training": (x_train, y_train), "testing": (x_test, y_test)}


def _scale(images: "NDArray[Any]") -> "NDArray[np.uint8]":
    import numpy as np
    from PIL import Image

    levels = np.round(images * (255 / BRIGHTEST)).astype(np.uint8)
    # Bilinear: smooth strokes without the overshoot of the cubic filters beyond black and white.
    return np.stack(
        [
            np.asarray(Image.fromarray(image).resize(SIZE, Image.Resampling.BILINEAR))
            for image in levels
        ]
    )
