# SPDX-License-Identifier: Apache-2.0
"""The picture of accuracy over eps."""

from typing import TYPE_CHECKING

from dioptra.report.drawing import MARKERS, MUTED, PALETTE, RULE, WIDTH, put_legend_below
from dioptra.report.text import percent, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from dioptra.report.study import AttackStudy, Pair

PANEL_HEIGHT = 3.7
LEGEND_LINE_HEIGHT = 0.24
NAME_LENGTH = 24
TWO_COLUMNS_LENGTH = 36


def draw_curves(studies: list["AttackStudy"]) -> "Figure":
    """Draw accuracy over eps, a panel for each study.

    A line's colour is the evaluated model, its marker the attacked one; direct attacks are solid
    and transfers dashed, so that nothing hangs on colour alone. A bar through each point is its
    accuracy's 95 % interval.

    Args:
        studies: At least one.

    Returns:
        A figure that is not known to pyplot.
    """
    from matplotlib.figure import Figure

    legend_lines = sum(len(study.pairs) for study in studies)
    height = PANEL_HEIGHT * len(studies) + LEGEND_LINE_HEIGHT * legend_lines
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    panels = figure.subplots(len(studies), squeeze=False)[:, 0]
    for axes, study in zip(panels, studies, strict=True):
        _draw_panel(axes, study)
        if len(studies) > 1:
            axes.set_title(study.title, loc="left")
    return figure


def describe_curves(study: "AttackStudy") -> str:
    """Tell in words what the picture shows, for those who do not see it."""
    lines = []
    for pair in study.pairs:
        (_, clean), *_, (eps, last) = study.curve(pair)
        lines.append(
            f"{label(pair)}: {percent(clean)} on clean images, {percent(last)} at eps {eps:g}"
        )
    return f"Accuracy over eps. {'; '.join(lines)}."


def label(pair: "Pair") -> str:
    """Name a line: ``attack on le_net``, or ``transfer le_net → shallow_net``."""
    attacked, evaluated = (shorten(name, NAME_LENGTH) for name in pair)
    return f"attack on {attacked}" if pair.direct else f"transfer {attacked} → {evaluated}"


def _draw_panel(axes: "Axes", study: "AttackStudy") -> None:
    models = sorted(study.clean)
    for pair in study.pairs:
        eps, accuracy = zip(*study.curve(pair), strict=True)
        colour = PALETTE[models.index(pair.evaluated) % len(PALETTE)]
        axes.plot(
            eps,
            [100 * share for share in accuracy],
            label=label(pair),
            color=colour,
            marker=MARKERS[models.index(pair.attacked) % len(MARKERS)],
            linestyle="-" if pair.direct else (0, (4, 2)),
            linewidth=2.2 if pair.direct else 1.8,
            markersize=6,
            markeredgecolor="white",
            clip_on=False,
            zorder=3,
        )
        low, high = zip(*study.curve_intervals(pair), strict=True)
        # Not as errorbar, whose lines would have a place in the legend.
        axes.vlines(
            eps,
            [100 * share for share in low],
            [100 * share for share in high],
            color=colour,
            linewidth=1,
            zorder=2,
        )
    _dress(axes, study)


def _dress(axes: "Axes", study: "AttackStudy") -> None:
    axes.set(ylim=(0, 100), ylabel="accuracy in %", xlabel="eps")
    axes.set_xlim(left=0)
    axes.grid(color=RULE, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(MUTED)
    labels = [label(pair) for pair in study.pairs]
    put_legend_below(axes, 1 if max(map(len, labels)) > TWO_COLUMNS_LENGTH else 2)
