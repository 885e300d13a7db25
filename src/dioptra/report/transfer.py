# SPDX-License-Identifier: Apache-2.0
"""The picture of the transfer matrix: who was attacked, who was shown the images."""

from typing import TYPE_CHECKING

from dioptra.report.drawing import INK, WIDTH
from dioptra.report.study import Pair
from dioptra.report.text import percent, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from dioptra.report.study import AttackStudy

ROW_HEIGHT = 0.85
HEAD_HEIGHT = 1.2
NAME_LENGTH = 16
WHITE_ON_DARK = 0.6
NOT_MEASURED = "#e3e6ea"


def draw_transfer(studies: list["AttackStudy"]) -> "Figure":
    """Draw a heat map for each study at its largest eps: rows attacked, columns evaluated.

    Args:
        studies: At least one.

    Returns:
        A figure that is not known to pyplot.
    """
    from matplotlib.figure import Figure

    heights = [HEAD_HEIGHT + ROW_HEIGHT * len(study.names("attacked")) for study in studies]
    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    panels = figure.subplots(len(studies), squeeze=False, height_ratios=heights)[:, 0]
    for axes, study in zip(panels, studies, strict=True):
        _draw_panel(axes, study)
        head = f"accuracy in % at eps {study.strengths[-1]:g}"
        axes.set_title(f"{study.title}: {head}" if len(studies) > 1 else head, loc="left")
    return figure


def describe_transfer(study: "AttackStudy") -> str:
    """Tell in words what the picture shows, for those who do not see it."""
    eps = study.strengths[-1]
    cells = [
        f"images made for {pair.attacked}, shown to {pair.evaluated}: {percent(share)}"
        for pair in study.pairs
        if (share := study.accuracy.get((pair, eps))) is not None
    ]
    return f"Accuracy at eps {eps:g}. {'; '.join(cells)}."


def _draw_panel(axes: "Axes", study: "AttackStudy") -> None:
    import matplotlib as mpl
    import numpy as np

    rows, columns = study.names("attacked"), study.names("evaluated")
    table = [
        [study.accuracy.get((Pair(row, column), study.strengths[-1]), np.nan) for column in columns]
        for row in rows
    ]
    colours = mpl.colormaps["Blues"].with_extremes(bad=NOT_MEASURED)
    axes.imshow(np.array(table), cmap=colours, vmin=0, vmax=1.15, aspect="auto")
    for (row, column), share in np.ndenumerate(np.array(table)):
        text = "–" if np.isnan(share) else f"{100 * share:.1f}"  # noqa: RUF001
        colour = "white" if share > WHITE_ON_DARK else INK
        weight = "bold" if rows[row] == columns[column] else "normal"
        axes.text(column, row, text, ha="center", va="center", color=colour, weight=weight, size=14)
    _dress(axes, rows, columns)


def _dress(axes: "Axes", rows: list[str], columns: list[str]) -> None:
    axes.set_xticks(range(len(columns)), [shorten(name, NAME_LENGTH) for name in columns])
    axes.set_yticks(range(len(rows)), [shorten(name, NAME_LENGTH) for name in rows])
    axes.set_xticks([edge + 0.5 for edge in range(len(columns) - 1)], minor=True)
    axes.set_yticks([edge + 0.5 for edge in range(len(rows) - 1)], minor=True)
    axes.grid(which="minor", color="white", linewidth=3)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    axes.set(xlabel="shown to", ylabel="made for")
