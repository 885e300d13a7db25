# SPDX-License-Identifier: Apache-2.0
"""How an attack changed sample images, pixel by pixel."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dioptra.report.samples import Group, Sample

GREY_LEVEL = 1 / 255


def difference(sample: "Sample") -> "NDArray[np.float64]":
    """Subtract the clean image from the adversarial one.

    Args:
        sample: Images uint8 [h, w, c].

    Returns:
        float64 [h, w] in [-1, 1]; of several channels, the one that changed most.
    """
    import numpy as np

    change = (sample.adversarial.astype(np.int16) - sample.clean) * GREY_LEVEL
    channel = np.abs(change).argmax(axis=-1, keepdims=True)
    return np.asarray(np.take_along_axis(change, channel, axis=-1)[..., 0], dtype=np.float64)


def largest_change(groups: list["Group"]) -> float:
    """Find the largest change of a pixel in the samples.

    Args:
        groups: At least one, each with at least one sample.

    Returns:
        A share of the full brightness range, (0, 1]; at least one grey level.
    """
    changes = (abs(difference(sample)).max() for group in groups for sample in group.samples)
    return max(GREY_LEVEL, *(float(change) for change in changes))
