# SPDX-License-Identifier: Apache-2.0
"""``dioptra report``: make a report again."""

import sys
from pathlib import Path
from typing import Literal


def report(
    source: str,
    /,
    *runs: str,
    output: Path | None = None,
    table: Literal["csv", "latex", "markdown"] | None = None,
) -> None:
    """Make the report again, from a results folder, a sweep or an MLflow run; or print its table.

    Args:
        source: A results folder, such as results/demo, the folder of a sweep, such as
            results/sweeps/NAME, or the id of a run: one that logged a results folder, or an attack.
        runs: Ids of further runs, attacks or evaluations on their images, for one report of all.
        output: Where to put the results of a run (default: results/RUN_ID in the workspace).
        table: Print the accuracies as a table in this format, and write nothing else.
    """
    from dioptra.report import (
        format_table,
        list_rows,
        print_summary,
        read_results,
        write_report,
    )
    from dioptra.reproduction import check_source
    from dioptra.sweep import is_sweep, list_sweep_rows, write_sweep_report

    for one in (source, *runs):
        check_source(one)
    folder = Path(source)
    if runs or not folder.is_dir():
        folder = _fetch((source, *runs), output)
    if table is not None:
        rows = list_sweep_rows(folder) if is_sweep(folder) else list_rows(read_results(folder))
        sys.stdout.write(format_table(rows, table))
        return
    if is_sweep(folder):
        sys.stdout.write(f"{write_sweep_report(folder)}\n")
        return
    print_summary(read_results(folder))
    sys.stdout.write(f"{write_report(folder)}\n")


def _fetch(run_ids: tuple[str, ...], output: Path | None) -> Path:
    from dioptra.pyplugs import checked
    from dioptra.sdk.exceptions import RunNotFoundError
    from dioptra.sdk.workspace import find_workspace
    from dioptra_builtins.artifacts.mlflow import download_all_artifacts_in_run
    from dioptra_builtins.tracking.mlflow import get_run_data

    target = output or find_workspace() / "results" / run_ids[0]
    if len(run_ids) == 1:
        checked(get_run_data)(run_ids[0])
        try:
            return Path(checked(download_all_artifacts_in_run)(run_ids[0], "results", target))
        except RunNotFoundError:
            # It has logged no results folder, so it may be an attack.
            pass
    return _collect(run_ids, target)


def _collect(run_ids: tuple[str, ...], target: Path) -> Path:
    from dioptra.entrypoint.server import embedded_server
    from dioptra.evasion import collect_runs

    with embedded_server():
        return collect_runs(run_ids, target)
