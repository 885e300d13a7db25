# SPDX-License-Identifier: Apache-2.0
"""The summary of a study in the terminal."""

from typing import TYPE_CHECKING, Any

from dioptra.report.comparisons import describe_strongest
from dioptra.report.study import AttackStudy, studies
from dioptra.report.text import MISSING, percent, percent_range, seconds
from dioptra.report.timing import overhead_share, steps
from dioptra.report.validation import check_results

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from dioptra.report.schema import Results
    from dioptra.sdk.intervals import Interval

INTERVAL = "95 % interval"


def print_summary(results: dict[str, Any], console: "Console | None" = None) -> None:
    """Print clean accuracy, accuracy over eps with intervals, comparisons, and durations.

    Args:
        results: See ``dioptra.report.schema.Results``.
        console: Where to print; the terminal if not given.

    Raises:
        ResultsError: A field is missing or wrong, or an accuracy is no share of its images.
    """
    from rich.console import Console
    from rich.text import Text

    checked = check_results(results, "results")
    target = console or Console()
    target.print(*_clean_table(checked), sep="\n")
    for study in studies(checked):
        target.print(*_attack_table(study), _basis(study, checked.seed), sep="\n")
        for sentence in describe_strongest(checked, study):
            target.print(Text(sentence))
    if steps(checked.durations):
        target.print(*_durations_table(checked), sep="\n")


def _clean_table(results: "Results") -> tuple["Text", "Table"]:
    intervals = studies(results)[0].clean_intervals
    rows = [
        [name, percent(model.clean_accuracy), percent_range(intervals[name])]
        for name, model in results.models.items()
    ]
    return _table(f"Clean accuracy on {results.dataset}", ["model", "accuracy", INTERVAL], rows)


def _attack_table(study: AttackStudy) -> tuple["Text", "Table"]:
    heads = ["eps", *(f"{pair.attacked}\n-> {pair.evaluated}" for pair in study.pairs)]
    clean = study.clean_intervals
    rows = [
        [
            "0",
            *(_cell(study.clean[pair.evaluated], clean[pair.evaluated]) for pair in study.pairs),
        ]
    ]
    for eps in study.strengths:
        keys = [(pair, eps) for pair in study.pairs]
        cells = [_cell(study.accuracy.get(key), study.intervals.get(key)) for key in keys]
        rows.append([f"{eps:g}", *cells])
    return _table(f"Accuracy under attack ({study.title}), attacked -> evaluated", heads, rows)


def _cell(share: float | None, interval: "Interval | None") -> str:
    return MISSING if share is None else f"{percent(share)}\n{percent_range(interval)}"


def _basis(study: AttackStudy, seed: int) -> "Text":
    from rich.text import Text

    counts = " or ".join(f"{n:,}" for n in sorted({entry.n for entry in study.entries}))
    return Text(
        f"n {counts}, seed {seed}, labels {study.labels}, norm {study.norm}\n"
        f"below each accuracy: its {INTERVAL} over n images (Wilson)",
        style="dim",
    )


def _durations_table(results: "Results") -> tuple["Text", "Table"]:
    rows = [
        [step.name, seconds(step.seconds), MISSING if step.share is None else percent(step.share)]
        for step in steps(results.durations)
    ]
    share = overhead_share(results.durations)
    title = "Durations" if share is None else f"Durations, overhead {percent(share)} of the total"
    return _table(title, ["step", "time", "share"], rows)


def _table(title: str, heads: list[str], rows: list[list[str]]) -> tuple["Text", "Table"]:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for index, head in enumerate(heads):
        # As Text, since rich would read square brackets in a name as markup.
        table.add_column(Text(head), justify="right" if index else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    # A table's own title is wrapped to the width of the table.
    return Text(title, style="bold"), table
