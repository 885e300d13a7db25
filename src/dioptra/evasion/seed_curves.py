# SPDX-License-Identifier: Apache-2.0
"""Curves of accuracy over eps, with the spread over seeds."""

from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from dioptra.report.drawing import MARKERS, PALETTE, RULE, WIDTH, drawing_style, put_legend_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL_HEIGHT = 4
# Without a date, equal results give an equal file.
METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}


def write_seed_curves(folder: Path, name: str, results: Mapping[str, Any]) -> list[Path]:
    """Draw accuracy over eps, a picture for each kind of labels and a panel for each attack.

    Args:
        folder: Where to write them.
        name: The name of the SVG files, with ``{labels}`` for the kind of labels.
        results: Results over seeds: ``labels``, ``attacks`` and ``training`` (by model) say what
            was measured; entries of ``trained`` have ``model`` and ``clean_accuracy``, and those of
            ``attacked`` the fields ``attack``, ``labels``, ``attacked``, ``eps`` and, by model,
            ``accuracy``.

    Returns:
        The pictures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {labels: folder / name.format(labels=labels) for labels in results["labels"]}
    with drawing_style():
        for labels, path in pictures.items():
            _draw_curves(results, labels, path)
    return list(pictures.values())


def _draw_curves(results: Mapping[str, Any], labels: str, path: Path) -> None:
    """Draw a panel for each attack: the mean over seeds, and all seeds as a band."""
    from matplotlib.figure import Figure

    attacks = list(results["attacks"])
    figure = Figure(figsize=(WIDTH, PANEL_HEIGHT * len(attacks)), layout="constrained")
    for axes, attack in zip(
        figure.subplots(len(attacks), squeeze=False)[:, 0], attacks, strict=True
    ):
        _draw_panel(axes, results, attack, labels)
        axes.set_title(f"{attack}, {labels} labels", loc="left")
    figure.savefig(path, format="svg", metadata=METADATA)


def _draw_panel(axes: "Axes", results: Mapping[str, Any], attack: str, labels: str) -> None:
    """Draw the curves of one attack."""
    models = list(results["training"])
    for attacked in models:
        for evaluated in models:
            places, columns = _collect(results, attack, labels, attacked, evaluated)
            direct = attacked == evaluated
            color = PALETTE[models.index(evaluated)]
            axes.plot(
                places,
                [fmean(column) for column in columns],
                label=f"attack on {attacked}" if direct else f"transfer {attacked} → {evaluated}",
                color=color,
                marker=MARKERS[models.index(attacked)],
                linestyle="-" if direct else (0, (4, 2)),
                markeredgecolor="white",
            )
            ends = [min(column) for column in columns], [max(column) for column in columns]
            axes.fill_between(places, *ends, color=color, alpha=0.18, lw=0)
    axes.set(xlabel="eps", ylabel="accuracy in %", ylim=(0, 100))
    axes.set_xlim(left=0)
    axes.grid(color=RULE, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    put_legend_below(axes, 2)


def _collect(
    results: Mapping[str, Any], attack: str, labels: str, attacked: str, evaluated: str
) -> tuple[list[float], list[list[float]]]:
    """Give the strengths, from 0 on, and for each the accuracies of all seeds in %."""
    clean = [
        100 * entry["clean_accuracy"] for entry in results["trained"] if entry["model"] == evaluated
    ]
    curve: dict[float, list[float]] = {0.0: clean}
    for entry in results["attacked"]:
        if (entry["attack"], entry["labels"], entry["attacked"]) == (attack, labels, attacked):
            curve.setdefault(entry["eps"], []).append(100 * entry["accuracy"][evaluated])
    return list(curve), list(curve.values())
