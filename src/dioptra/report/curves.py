# SPDX-License-Identifier: Apache-2.0
"""The picture of accuracy over eps."""

from typing import TYPE_CHECKING, Any

from dioptra.report.drawing import MARKERS, MUTED, PALETTE, RULE, WIDTH, put_legend_below
from dioptra.report.text import norm_name, percent, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from dioptra.report.study import AttackStudy, Pair
    from dioptra.sdk.intervals import Interval

PANEL_HEIGHT = 3.7
LEGEND_LINE_HEIGHT = 0.24
NAME_LENGTH = 24
TWO_COLUMNS_LENGTH = 36


def draw_curves(studies: list["AttackStudy"]) -> "Figure":
    """Draw accuracy over eps: all attacks side by side where there are several, then each study.

    A line's colour is the evaluated model, its marker the attacked one; direct attacks are solid
    and transfers dashed, so that nothing hangs on colour alone. A bar through each point is its
    accuracy's 95 % interval.

    Args:
        studies: At least one.

    Returns:
        A figure that is not known to pyplot.
    """
    from matplotlib.figure import Figure

    together = _group_by_norm(studies)
    # What is drawn beside others, and has no transfers, is not drawn again.
    beside = [study for group in together for study in group if len(study.pairs) == 1]
    studies = [study for study in studies if study not in beside]
    legend_lines = sum(len(study.pairs) for group in [studies, *together] for study in group)
    n_panels = len(studies) + len(together)
    height = PANEL_HEIGHT * n_panels + LEGEND_LINE_HEIGHT * legend_lines
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    panels = list(figure.subplots(n_panels, squeeze=False)[:, 0])
    for group in together:
        _draw_together(panels.pop(0), group)
    for axes, study in zip(panels, studies, strict=True):
        _draw_panel(axes, study)
        if n_panels > 1:
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


def _group_by_norm(studies: list["AttackStudy"]) -> list[list["AttackStudy"]]:
    # An eps of one norm cannot be compared with that of another.
    groups: dict[str, list[AttackStudy]] = {}
    for study in studies:
        if any(pair.direct for pair in study.pairs):
            groups.setdefault(study.norm, []).append(study)
    return [group for group in groups.values() if len(group) > 1]


def _draw_together(axes: "Axes", studies: list["AttackStudy"]) -> None:
    lines = [(study, pair) for study in studies for pair in study.pairs if pair.direct]
    models = sorted({pair.attacked for _, pair in lines})
    labels = []
    for study, pair in lines:
        eps, accuracy = zip(*study.curve(pair), strict=True)
        labels.append(
            f"{study.attack}, {study.labels} labels: {shorten(pair.attacked, NAME_LENGTH)}"
        )
        _draw_line(
            axes,
            eps,
            accuracy,
            study.curve_intervals(pair),
            label=labels[-1],
            color=PALETTE[studies.index(study) % len(PALETTE)],
            marker=MARKERS[models.index(pair.attacked) % len(MARKERS)],
            linestyle="-",
            linewidth=2.2,
        )
    axes.set_title(f"all attacks, {norm_name(studies[0].norm)}", loc="left")
    _dress(axes, labels)


def _draw_line(
    axes: "Axes",
    eps: "Sequence[float]",
    accuracy: "Sequence[float]",
    intervals: "Sequence[Interval]",
    **style: Any,
) -> None:
    shares = [100 * share for share in accuracy]
    axes.plot(eps, shares, markersize=6, markeredgecolor="white", clip_on=False, zorder=3, **style)
    low, high = zip(*intervals, strict=True)
    # Not as errorbar, whose lines would have a place in the legend.
    axes.vlines(
        eps,
        [100 * share for share in low],
        [100 * share for share in high],
        color=style["color"],
        linewidth=1,
        zorder=2,
    )


def _draw_panel(axes: "Axes", study: "AttackStudy") -> None:
    models = sorted(study.clean)
    for pair in study.pairs:
        eps, accuracy = zip(*study.curve(pair), strict=True)
        colour = PALETTE[models.index(pair.evaluated) % len(PALETTE)]
        _draw_line(
            axes,
            eps,
            accuracy,
            study.curve_intervals(pair),
            label=label(pair),
            color=colour,
            marker=MARKERS[models.index(pair.attacked) % len(MARKERS)],
            linestyle="-" if pair.direct else (0, (4, 2)),
            linewidth=2.2 if pair.direct else 1.8,
        )
    _dress(axes, [label(pair) for pair in study.pairs])


def _dress(axes: "Axes", labels: "Sequence[str]") -> None:
    axes.set(ylim=(0, 100), ylabel="accuracy in %", xlabel="eps")
    axes.set_xlim(left=0)
    axes.grid(color=RULE, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(MUTED)
    put_legend_below(axes, 1 if max(map(len, labels)) > TWO_COLUMNS_LENGTH else 2)
