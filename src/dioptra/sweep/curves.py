# SPDX-License-Identifier: Apache-2.0
"""The picture of a sweep: accuracy over a number, with its spread over seeds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dioptra.report.drawing import MARKERS, PALETTE, RULE, WIDTH
from dioptra.report.text import percent
from dioptra.sweep.statistics import MEASURED, Summary, summarise, varying

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 4.2

Lines = dict[str, list[tuple[float, Summary]]]


def draw_curves(table: "pd.DataFrame", parameters: Sequence[str]) -> "Figure | None":
    """Draw accuracy over the first number that varies; a line for each other combination.

    Where seeds were swept, a line is the mean over them and a band goes from the lowest accuracy to
    the highest. A bar through each point is Wilson's 95 % interval over the images.

    Args:
        table: The table of the sweep.
        parameters: The columns that were swept.

    Returns:
        A figure that is not known to pyplot; None where there is nothing to draw: no number
        besides the seed varies, or there is no accuracy.
    """
    from matplotlib.figure import Figure

    axis, others = _choose_axis(table, parameters)
    if axis is None:
        return None
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = figure.subplots()
    lines = _lines(table, parameters, axis)
    for number, (label, line) in enumerate(lines.items()):
        _draw_line(axes, line, label, number)
    axes.set(xlabel=axis, ylabel="accuracy in %", ylim=(0, 100))
    axes.grid(color=RULE, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    if others:
        axes.legend(title=", ".join(others), frameon=False)
    return figure


def describe_curves(table: "pd.DataFrame", parameters: Sequence[str]) -> str:
    """Tell in words what the picture shows, for those who do not see it.

    Args:
        table: The table of the sweep.
        parameters: The columns that were swept.

    Returns:
        A sentence; empty where there is nothing to draw.
    """
    axis, _ = _choose_axis(table, parameters)
    if axis is None:
        return ""
    parts = []
    for label, line in _lines(table, parameters, axis).items():
        (start, first), (end, last) = line[0], line[-1]
        parts.append(
            f"{label}: {percent(first.mean)} at {start:g} and {percent(last.mean)} at {end:g}"
        )
    return f"Accuracy over {axis}. {'; '.join(parts)}."


def _choose_axis(table: "pd.DataFrame", parameters: Sequence[str]) -> tuple[str | None, list[str]]:
    names = varying(table, parameters)
    numbers = [name for name in names if table[name].dtype.kind in "fi"]
    if not numbers or MEASURED not in table:
        return None, names
    return numbers[0], [name for name in names if name != numbers[0]]


def _lines(table: "pd.DataFrame", parameters: Sequence[str], axis: str) -> Lines:
    place = varying(table, parameters).index(axis)
    lines: Lines = {}
    for summary in summarise(table, parameters, MEASURED):
        others = [str(value) for index, value in enumerate(summary.combination) if index != place]
        at = float(str(summary.combination[place]))
        lines.setdefault(", ".join(others) or MEASURED, []).append((at, summary))
    return {label: sorted(line, key=lambda pair: pair[0]) for label, line in lines.items()}


def _draw_line(axes: "Axes", line: list[tuple[float, Summary]], label: str, number: int) -> None:
    places = [at for at, _ in line]
    color = PALETTE[number % len(PALETTE)]
    axes.plot(
        places,
        [100 * summary.mean for _, summary in line],
        label=label,
        color=color,
        marker=MARKERS[number % len(MARKERS)],
        markeredgecolor="white",
        linewidth=2.2,
    )
    least = [100 * summary.least for _, summary in line]
    greatest = [100 * summary.greatest for _, summary in line]
    axes.fill_between(places, least, greatest, color=color, alpha=0.18, lw=0)
    known = [(at, summary.interval) for at, summary in line if summary.interval]
    axes.vlines(
        [at for at, _ in known],
        [100 * interval.low for _, interval in known],
        [100 * interval.high for _, interval in known],
        color=color,
        linewidth=1,
    )
