# SPDX-License-Identifier: Apache-2.0
"""The paper that sample images are laid out on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dioptra.report.drawing import RULE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import ListedColormap

GAP = 0.1
COLUMN = 1.0
SMALL = 10
SCALE_HEIGHT = 0.16


@dataclass(frozen=True)
class Sheet:
    """One set of axes over a whole picture, measured in inches from its top left corner.

    ``tall`` is the height of an image, and ``limit`` the change at both ends of the colours.
    """

    axes: "Axes"
    tall: float
    limit: float

    def text(self, left: float, middle: float, text: str, **options: Any) -> None:
        """Write text, by default small and to the right of ``left``."""
        self.axes.text(left, middle, text, va="center", **{"size": SMALL, **options})

    def image(self, pixels: Any, left: float, top: float) -> None:
        """Show an image, uint8 [h, w, c] with c 1 or 3, as it is: no contrast is stretched."""
        if pixels.shape[-1] == 1:
            self._show(pixels[..., 0], left, top, cmap="gray", vmin=0, vmax=255)
        else:
            self._show(pixels, left, top)

    def change(self, change: Any, left: float, top: float) -> None:
        """Show how pixels changed, float [h, w] within the limit: red brighter, blue darker."""
        limit = self.limit
        self._show(change, left, top, cmap=_red_white_blue(), vmin=-limit, vmax=limit)

    def scale(self, left: float, right: float, top: float) -> None:
        """Show the colours of changes and what they stand for."""
        import numpy as np

        colours = np.linspace(-1, 1, 255)[None]
        extent = (left, right, top + SCALE_HEIGHT, top)
        self.axes.imshow(colours, cmap=_red_white_blue(), extent=extent, aspect="auto")
        middle = top + 2 * SCALE_HEIGHT
        self.text(left, middle, f"−{self.limit:.2f} darker")  # noqa: RUF001
        self.text((left + right) / 2, middle, "0", ha="center")
        self.text(right, middle, f"brighter +{self.limit:.2f}", ha="right")

    def _show(self, pixels: Any, left: float, top: float, **options: Any) -> None:
        from matplotlib.patches import Rectangle

        wide = COLUMN - GAP
        extent = (left, left + wide, top + self.tall, top)
        self.axes.imshow(pixels, extent=extent, interpolation="nearest", aspect="auto", **options)
        frame = Rectangle((left, top), wide, self.tall, fill=False, edgecolor=RULE, linewidth=0.8)
        self.axes.add_patch(frame)


def _red_white_blue() -> "ListedColormap":
    """Leave out the map's dark ends, where red and blue are hard to tell apart."""
    import matplotlib as mpl
    import numpy as np
    from matplotlib.colors import ListedColormap

    return ListedColormap(mpl.colormaps["RdBu_r"](np.linspace(0.12, 0.88, 255)))
