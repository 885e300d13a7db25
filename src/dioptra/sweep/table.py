# SPDX-License-Identifier: Apache-2.0
"""The table of a sweep: one row for each point, in the order of the grid."""

from pathlib import Path
from typing import TYPE_CHECKING

from dioptra.sweep.record import Record

if TYPE_CHECKING:
    import pandas as pd


def make_table(record: Record) -> "pd.DataFrame":
    """Make the table of the points that have finished.

    Args:
        record: What was done so far.

    Returns:
        A column for each parameter of the sweep, with its value, and then one for each number or
        text that the points gave.
    """
    import pandas as pd

    # The parameters come first, and as they were given and not as they were returned.
    rows = [
        {**point.parameters, **record.rows[point.id], **point.parameters}
        for point in record.points
        if record.is_done(point)
    ]
    return pd.DataFrame(rows)


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
