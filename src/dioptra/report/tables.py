# SPDX-License-Identifier: Apache-2.0
"""The numbers of a report as tables for other documents: Markdown, LaTeX and CSV."""

from typing import TYPE_CHECKING, Any, Literal, get_args

from dioptra.report.study import interval_of
from dioptra.report.validation import check_results
from dioptra.sdk.exceptions import UnknownNameError
from dioptra.sdk.requirements import check_requirements

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TableFormat = Literal["csv", "latex", "markdown"]
FORMATS: tuple[TableFormat, ...] = get_args(TableFormat)
ENDS = ("accuracy_low", "accuracy_high")
COLUMNS = ("attack", "norm", "labels", "attacked", "evaluated", "eps", "accuracy", *ENDS, "n")


def list_rows(results: dict[str, Any]) -> list[dict[str, Any]]:
    """List what a results folder holds, clean and under attack.

    Args:
        results: See ``dioptra.report.schema.Results``.

    Returns:
        A row for each model on clean images, whose ``attack`` is ``none`` and whose ``eps`` is 0,
        and one for each attack and evaluated model: ``attack``, ``norm``, ``labels``, ``attacked``,
        ``evaluated``, ``eps``, ``accuracy`` in [0, 1], both ends of its 95 % interval (Wilson), and
        ``n``, the number of images.

    Raises:
        ResultsError: A field is missing or wrong, or an accuracy is no share of its images.
    """
    checked = check_results(results, "results")
    rows: list[dict[str, Any]] = []
    for name, model in checked.models.items():
        kept = {"accuracy": model.clean_accuracy, "n": checked.n_test}
        rows.append({"attack": "none", "evaluated": name, "eps": 0.0, **kept})
    given = [name for name in COLUMNS if name not in ENDS]
    rows += [{name: getattr(entry, name) for name in given} for entry in checked.attacks]
    for row in rows:
        place = f"{row['attack']} at eps {row['eps']:g}, evaluated {row['evaluated']}"
        row |= dict(zip(ENDS, interval_of(row["accuracy"], row["n"], place), strict=True))
    return [{name: row.get(name) for name in COLUMNS} for row in rows]


def format_table(rows: "Sequence[Mapping[str, Any]]", kind: TableFormat) -> str:
    """Write rows as a table.

    Args:
        rows: At least one; all with the same names.
        kind: ``"csv"`` with all digits of every number; ``"latex"`` for the package booktabs, or
            ``"markdown"``, with four digits.

    Returns:
        The table, with a line of names first and an end of line last.

    Raises:
        MissingRequirementError: pandas is not installed.
        UnknownNameError: There is no such kind.
    """
    if kind not in FORMATS:
        raise UnknownNameError("table format", kind, FORMATS)
    check_requirements(("pandas",), "a table")
    import pandas as pd

    table = pd.DataFrame(rows)
    if kind == "csv":
        return table.to_csv(index=False, lineterminator="\n")
    texts = table.map(_shorten)
    if kind == "latex":
        style = texts.style.hide(axis="index").format(escape="latex")
        style = style.format_index(escape="latex", axis="columns")
        return str(style.to_latex(hrules=True, column_format="l" * len(table.columns)))
    heads = " | ".join(table.columns)
    rule = " | ".join("---" for _ in table.columns)
    lines = (" | ".join(cell.replace("|", r"\|") for cell in row) for row in texts.to_numpy())
    return "".join(f"| {line} |\n" for line in (heads, rule, *lines))


def _shorten(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN, where a column has numbers too
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
