# SPDX-License-Identifier: Apache-2.0
"""The web page of a sweep."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dioptra import __version__
from dioptra.report.drawing import drawing_style, save_png, svg
from dioptra.report.files import PAGE, write_whole
from dioptra.report.rendering import render
from dioptra.report.text import enumerate_words, number, percent, percent_range, points
from dioptra.sdk.requirements import check_requirements
from dioptra.sweep.curves import describe_curves, draw_curves
from dioptra.sweep.grid import Point, describe
from dioptra.sweep.points import RUN_ID
from dioptra.sweep.record import VARIED, Record, read_record
from dioptra.sweep.statistics import MEASURED, SEED, Summary, summarise, varying
from dioptra.sweep.table import is_interval, make_table

if TYPE_CHECKING:
    import pandas as pd

TEMPLATE = "sweep.html.j2"
PICTURE = "curves.png"


def write_sweep_report(folder: Path) -> Path:
    """Draw the curves of a sweep and write its page, which needs no other file.

    Points that failed or have not run yet are named on the page.

    Args:
        folder: The folder of the sweep.

    Returns:
        The path of ``report.html``; the picture, ``curves.png``, lies in the same folder where
        there is something to draw.

    Raises:
        ResultsError: The folder holds no record of a sweep, or one that was edited.
        MissingRequirementError: A library is not installed.
    """
    check_requirements(("matplotlib", "pandas", "scipy"), "the report of a sweep")
    record = read_record(folder)
    table, parameters = make_table(record), list(record.points[0].parameters)
    with drawing_style():
        figure = draw_curves(table, parameters)
        curves = svg(figure, "curves") if figure else None
        if figure:
            save_png(figure, folder / PICTURE)
    context = {
        **_describe_record(record),
        **_describe_table(table, parameters),
        "name": folder.resolve().name,
        "curves": curves,
        "curves_text": describe_curves(table, parameters),
    }
    path = folder / PAGE
    write_whole(path, render(TEMPLATE, context, package="dioptra.sweep"))
    return path


def _describe_record(record: Record) -> dict[str, object]:
    plan, total = record.plan, len(record.points)
    missing = [
        (describe(point.texts), record.failures.get(point.id, "has not run to its end"))
        for point in record.points
        if not record.is_done(point)
    ]
    values = _values(record.points)
    swept = {name: texts for name, texts in values.items() if name in record.varied}
    return {
        "version": __version__,
        "lead": f"The entry point {plan['entry_point']} of {plan['project']}, at {_count(total)}. "
        f"{_tell_swept(swept)} {_tell_finished(total, len(missing))}",
        "total": total,
        "missing": missing,
        "swept": list(values.items()),
        "is_grid": VARIED not in plan,
        "seeds": len(swept.get(SEED, [])),
        "made_by": [("project", plan["project"]), ("entry point", plan["entry_point"])],
    }


def _values(every: Sequence[Point]) -> dict[str, list[str]]:
    names = every[0].texts
    return {name: list(dict.fromkeys(point.texts[name] for point in every)) for name in names}


def _tell_swept(swept: dict[str, list[str]]) -> str:
    varied = [f"{len(texts)} values of {name}" for name, texts in swept.items() if len(texts) > 1]
    return f"It went over {enumerate_words(varied)}." if varied else "Nothing was varied."


def _tell_finished(total: int, missing: int) -> str:
    return f"{total - missing} of {total} have finished." if missing else "All have finished."


def _count(total: int) -> str:
    return "1 point" if total == 1 else f"{total} points"


def _describe_table(table: "pd.DataFrame", parameters: Sequence[str]) -> dict[str, object]:
    columns = [name for name in table.columns if name not in (*parameters, RUN_ID)]
    numbers = [name for name in columns if table[name].dtype.kind in "fiu"]
    chosen = [name for name in numbers if name.endswith(MEASURED)] or numbers
    names = varying(table, parameters)
    numeric = [name for name in names if table[name].dtype.kind in "fi"]
    accuracies = summarise(table, parameters, MEASURED) if MEASURED in columns else []
    return {
        "axis": numeric[0] if numeric else None,
        "names": names,
        "measures": [
            {
                "title": name.replace("_", " ").capitalize(),
                "is_accuracy": name.endswith(MEASURED),
                "rows": [
                    _row(summary, name.endswith(MEASURED))
                    for summary in summarise(table, parameters, name)
                ],
            }
            for name in chosen
        ],
        "images": any(summary.images for summary in accuracies),
        "others": [name for name in columns if name not in chosen and not is_interval(name)],
    }


def _row(summary: Summary, is_share: bool) -> dict[str, object]:
    write, write_spread = (percent, points) if is_share else (number, number)
    spread = [
        number(None) if width is None else f"{sign}{write_spread(width)}"
        for sign, width in (("", summary.deviation), ("±", summary.margin))
    ]
    ends = [write(summary.least), write(summary.greatest)]
    return {
        "combination": summary.combination,
        "numbers": [write(summary.mean), *spread, *ends, number(summary.n)],
        "over_images": [percent_range(summary.interval), number(summary.images)] * is_share,
    }
