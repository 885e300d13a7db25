# SPDX-License-Identifier: Apache-2.0
"""The picture of a sweep: accuracy over a number, with its spread over seeds."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.report.drawing import MARKERS, PALETTE, RULE, WIDTH, drawing_style, save_png

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SEED = "seed"
MEASURED = "accuracy"
HEIGHT = 4.2


def draw_curves(table: "pd.DataFrame", parameters: list[str], path: Path) -> bool:
    """Draw accuracy over the first swept number; a line for each other combination.

    Where seeds were swept, a line is the mean over them and a band goes from the lowest accuracy to
    the highest.

    Args:
        table: The table of the sweep.
        parameters: The columns that were swept.
        path: The PNG file to write.

    Returns:
        Whether there was something to draw: a swept number besides the seed, and an accuracy.
    """
    from matplotlib.figure import Figure

    swept = [name for name in parameters if len(table[name].unique()) > 1] if len(table) else []
    numbers = [name for name in swept if name != SEED and table[name].dtype.kind in "fi"]
    if not numbers or MEASURED not in table:
        return False
    axis = numbers[0]
    others = [name for name in swept if name not in (axis, SEED)]
    with drawing_style():
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        axes = figure.subplots()
        groups = table.groupby(others) if others else [((), table)]
        for number, (values, rows) in enumerate(groups):
            label = ", ".join(map(str, values)) or MEASURED
            _draw_line(axes, rows.groupby(axis)[MEASURED], label, number)
        axes.set(xlabel=axis, ylabel="accuracy in %", ylim=(0, 100))
        axes.grid(color=RULE, linewidth=0.8)
        axes.spines[["top", "right"]].set_visible(False)
        if others:
            axes.legend(title=", ".join(others), frameon=False)
        save_png(figure, path)
    return True


def _draw_line(
    axes: "Axes", accuracy: "pd.api.typing.SeriesGroupBy[Any, Any]", label: str, number: int
) -> None:
    summary = 100 * accuracy.agg(["mean", "min", "max"])
    color = PALETTE[number % len(PALETTE)]
    axes.plot(
        summary.index,
        summary["mean"],
        label=label,
        color=color,
        marker=MARKERS[number % len(MARKERS)],
        markeredgecolor="white",
        linewidth=2.2,
    )
    axes.fill_between(summary.index, summary["min"], summary["max"], color=color, alpha=0.18, lw=0)
