"""The files of the reference results: numbers as JSON, and their pictures."""

from __future__ import annotations

import json
from statistics import fmean
from typing import TYPE_CHECKING, Any

from dioptra.report.drawing import MARKERS, PALETTE, RULE, WIDTH, drawing_style, put_legend_below
from dioptra.report.files import write_whole
from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.seal import check_seal, seal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

FILE = "reference-results.json"
CURVES = "reference-curves-{labels}.svg"
# What the seeds add to the settings.
MEASURED = ("versions", "manifest", "trained", "attacked", "ways")
PANEL_HEIGHT = 4
# Without a date, equal results give an equal file.
METADATA = {"Creator": None, "Date": None, "Format": None, "Type": None}


def write_reference(folder: Path, results: Mapping[str, Any]) -> list[Path]:
    """Write the numbers, and draw a picture for each kind of labels.

    Args:
        folder: Is made where it does not exist.
        results: What was measured so far.

    Returns:
        The file with the numbers, and then the pictures.
    """
    write_whole(folder / FILE, format_results(results))
    pictures = {labels: folder / CURVES.format(labels=labels) for labels in results["labels"]}
    with drawing_style():
        for labels, path in pictures.items():
            draw_curves(results, labels, path)
    return [folder / FILE, *pictures.values()]


def take_up(folder: Path, results: dict[str, Any]) -> dict[str, Any]:
    """Take up the seeds that the file holds already.

    Args:
        folder: Where the file is, or will be.
        results: The settings, with nothing measured yet.

    Returns:
        The settings, with what the file holds; its seeds and those of the settings.

    Raises:
        ResultsError: The file was made with other settings, or was edited.
    """
    path = folder / FILE
    if not path.is_file():
        return results
    known = json.loads(path.read_text(encoding="utf-8"))
    check_seal(known, path)
    settings = [key for key in results if key not in {"seeds", *MEASURED}]
    other = [key for key in settings if known.get(key) != results[key]]
    if other:
        raise ResultsError(
            f"{path} was made with other settings ({', '.join(other)}); move it away to begin anew"
        )
    seeds = sorted({*known["seeds"], *results["seeds"]})
    return {**results, **{key: known[key] for key in MEASURED}, "seeds": seeds}


def add_seed(
    results: Mapping[str, Any],
    seed: int,
    measured: Mapping[str, list[dict[str, Any]]],
    manifest: Mapping[str, Any],
) -> dict[str, Any]:
    """Add what was measured with one seed: once, and in whichever order seeds come.

    Args:
        results: What was measured so far.
        seed: The seed.
        measured: Its entries of ``trained``, ``attacked`` and ``ways``.
        manifest: The manifest of its run.

    Returns:
        The results with it.
    """
    entries = {}
    for key, added in measured.items():
        others = [entry for entry in results[key] if entry["seed"] != seed]
        entries[key] = sorted(others + added, key=lambda entry: entry["seed"])
    seeds = {**results["manifest"]["seeds"], str(seed): manifest}
    ordered = dict(sorted(seeds.items(), key=lambda item: int(item[0])))
    return {**results, **entries, "manifest": {**results["manifest"], "seeds": ordered}}


def format_results(results: Mapping[str, Any]) -> str:
    """Write results as JSON, a line for each entry of a list of entries."""
    parts = []
    for key, value in seal(results).items():
        text = json.dumps(value)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            text = "[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n ]"
        parts.append(f" {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def draw_curves(results: Mapping[str, Any], labels: str, path: Path) -> None:
    """Draw accuracy over eps, a panel for each attack: the mean over seeds, and all seeds as band.

    Args:
        results: What was measured so far.
        labels: The kind of labels to draw.
        path: The SVG file.
    """
    from matplotlib.figure import Figure

    attacks = list(results["attacks"])
    figure = Figure(figsize=(WIDTH, PANEL_HEIGHT * len(attacks)), layout="constrained")
    for axes, attack in zip(
        figure.subplots(len(attacks), squeeze=False)[:, 0], attacks, strict=True
    ):
        draw_panel(axes, results, attack, labels)
        axes.set_title(f"{attack}, {labels} labels", loc="left")
    figure.savefig(path, format="svg", metadata=METADATA)


def draw_panel(axes: Axes, results: Mapping[str, Any], attack: str, labels: str) -> None:
    """Draw the curves of one attack."""
    models = list(results["training"])
    for attacked in models:
        for evaluated in models:
            places, columns = collect(results, attack, labels, attacked, evaluated)
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


def collect(
    results: Mapping[str, Any], attack: str, labels: str, attacked: str, evaluated: str
) -> tuple[list[float], list[list[float]]]:
    """Collect one curve.

    Args:
        results: What was measured so far.
        attack: The attack.
        labels: The labels it started from.
        attacked: The model it was made for.
        evaluated: The model that was shown the images.

    Returns:
        The strengths, from 0 on, and for each the accuracies of all seeds in %.
    """
    clean = [
        100 * entry["clean_accuracy"] for entry in results["trained"] if entry["model"] == evaluated
    ]
    curve: dict[float, list[float]] = {0.0: clean}
    for entry in results["attacked"]:
        if (entry["attack"], entry["labels"], entry["attacked"]) == (attack, labels, attacked):
            curve.setdefault(entry["eps"], []).append(100 * entry["accuracy"][evaluated])
    return list(curve), list(curve.values())
