# SPDX-License-Identifier: Apache-2.0
"""What all pictures share: colours, type, and files that are the same for the same figure."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito, "Color Universal Design" (2008), darkest first; yellow is too pale on white.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#333333")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK = "#1b2430"
MUTED = "#5b6675"
RULE = "#d5dae1"
GOOD = "#00664b"
BAD = "#a63d00"

WIDTH = 6.4
"""Width of a picture in inches; its text stays readable when a phone shows it."""

STYLE = {
    # The one family that comes with matplotlib, so that all machines draw the same.
    "font.family": ["DejaVu Sans"],
    "font.size": 11,
    # A model's or a class's name may hold a dollar sign.
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "figure.facecolor": "white",
    "savefig.dpi": 160,
    # Text as text: the page shows it in its own typeface.
    "svg.fonttype": "none",
    # Without it the ids in an SVG file are drawn at random.
    "svg.hashsalt": "dioptra",
}


@contextmanager
def drawing_style() -> Iterator[None]:
    """Draw and save figures in the report's style, whatever the user's own settings are."""
    import matplotlib.style

    with matplotlib.style.context(["default", STYLE]):
        yield


def put_legend_below(axes: "Axes", columns: int) -> None:
    """Name the lines of a panel below it, where the legend can cover none of them.

    Args:
        axes: The panel, with its lines drawn and its x axis named.
        columns: The number of names side by side.
    """
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.48, -0.17),
        ncols=columns,
        frameon=False,
        handlelength=3.2,
    )


def save_png(figure: "Figure", path: Path) -> None:
    """Write a figure as PNG without date or program, so that equal figures give equal files.

    Args:
        figure: Drawn in ``drawing_style``.
        path: Its folder is made where it does not exist.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="png", metadata={"Software": None})


def svg(figure: "Figure", prefix: str) -> str:
    """Write a figure as an SVG element for a page of HTML.

    Args:
        figure: Drawn in ``drawing_style``.
        prefix: Goes before every id, since several figures of one page use the same ones.

    Returns:
        The element, without the prolog of a file, with neither date nor other metadata.
    """
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=nothing)
    text = buffer.getvalue()
    element = text[text.index("<svg") :]
    return re.sub(r'( id="|href="#|url\(#)', rf"\1{prefix}-", element)
