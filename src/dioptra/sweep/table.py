# SPDX-License-Identifier: Apache-2.0
"""The table of a sweep: one row for each point, in the order of the grid."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.intervals import estimate_interval
from dioptra.sweep.record import Record, read_record
from dioptra.sweep.statistics import COUNTS, MEASURED, count_images, summarise, varying

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

ENDS = ("_low", "_high")
SEEDS = "_seeds"


def make_table(record: Record) -> "pd.DataFrame":
    """Make the table of the points that have finished.

    Args:
        record: What was done so far.

    Returns:
        A column for each parameter of the sweep, with its value, and then one for each number or
        text that the points gave. An accuracy whose number of images is known has two more,
        ``accuracy_low`` and ``accuracy_high``: Wilson's 95 % interval over the images. Where seeds
        were swept, ``accuracy_seeds_low`` and ``accuracy_seeds_high`` are the 95 % interval of the
        mean over the seeds of each combination, by Student's t.
    """
    import pandas as pd

    # The parameters come first, and as they were given and not as they were returned.
    rows = [
        {**point.parameters, **record.rows[point.id], **point.parameters}
        for point in record.points
        if record.is_done(point)
    ]
    return _add_seeds(pd.DataFrame(map(_add_intervals, rows)), list(record.points[0].parameters))


def list_sweep_rows(folder: Path) -> list[dict[str, Any]]:
    """List what the points of a sweep have measured, without what is the same at all points.

    Args:
        folder: The folder of the sweep.

    Returns:
        A row for each point that has finished: the parameters that were varied, the accuracies with
        their intervals, and the number of images.

    Raises:
        ResultsError: The folder holds no sweep, its record was edited, or no point has finished.
    """
    record = read_record(folder)
    table = make_table(record)
    if table.empty:
        raise ResultsError(f"no point of the sweep {folder} has finished; there is nothing to show")
    measured = [name for name in map(str, table.columns) if _is_measured(name)]
    shown = list(dict.fromkeys([*record.varied, *measured]))
    return [{str(key): row[key] for key in row} for row in table[shown].to_dict("records")]


def _is_measured(column: str) -> bool:
    return column.endswith(MEASURED) or is_interval(column) or column in COUNTS.values()


def is_interval(column: str) -> bool:
    """Tell whether a column holds ends of intervals.

    Args:
        column: Its name.

    Returns:
        Whether it is named as such.
    """
    return column.endswith(tuple(f"{MEASURED}{part}{end}" for part in ("", SEEDS) for end in ENDS))


def _add_intervals(row: dict[str, Any]) -> dict[str, Any]:
    """Put the ends of its interval after each accuracy, those that are there left as they are."""
    wider = {}
    for name, value in row.items():
        wider[name] = value
        images = count_images([row], name) if name in COUNTS else None
        if images:
            ends = estimate_interval(value, images)
            wider |= {f"{name}{end}": share for end, share in zip(ENDS, ends, strict=True)}
    return {**wider, **row}


def _add_seeds(table: "pd.DataFrame", parameters: "Sequence[str]") -> "pd.DataFrame":
    names = varying(table, parameters)
    for measured in [name for name in table.columns if name.endswith(MEASURED)]:
        if table[measured].dtype.kind not in "fiu" or measured in parameters:
            continue
        found = {
            tuple(map(str, summary.combination)): (
                max(0.0, summary.mean - summary.margin),
                min(1.0, summary.mean + summary.margin),
            )
            for summary in summarise(table, parameters, measured)
            if summary.margin is not None
        }
        if not found:
            continue
        keys = [tuple(str(row[name]) for name in names) for row in table.to_dict("records")]
        for place, end in enumerate(ENDS):
            table[f"{measured}{SEEDS}{end}"] = [found.get(key, (None, None))[place] for key in keys]
    return table


def write_table(table: "pd.DataFrame", folder: Path) -> tuple[Path, Path]:
    """Write a table as CSV and as Parquet.

    Args:
        table: The table.
        folder: Where to write ``table.csv`` and ``table.parquet``.

    Returns:
        Both files.
    """
    files = folder / "table.csv", folder / "table.parquet"
    table.to_csv(files[0], index=False)
    table.to_parquet(files[1], index=False)
    return files
