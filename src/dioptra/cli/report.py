# SPDX-License-Identifier: Apache-2.0
"""``dioptra report``: make a report again."""

import sys
from pathlib import Path


def report(source: str, /, *, output: Path | None = None) -> None:
    """Make the report again, from a results folder, a sweep or an MLflow run.

    Args:
        source: A results folder, such as results/demo, the folder of a sweep, such as
            results/sweeps/NAME, or the id of a run that logged a results folder.
        output: Where to put the results of a run (default: results/RUN_ID in the workspace).
    """
    from dioptra.report import print_summary, read_results, write_report
    from dioptra.reproduction import check_source
    from dioptra.sweep import is_sweep, write_sweep_report

    check_source(source)
    folder = Path(source)
    if not folder.is_dir():
        folder = _fetch(source, output)
    if is_sweep(folder):
        sys.stdout.write(f"{write_sweep_report(folder)}\n")
        return
    print_summary(read_results(folder))
    sys.stdout.write(f"{write_report(folder)}\n")


def _fetch(run_id: str, output: Path | None) -> Path:
    from dioptra.pyplugs import checked
    from dioptra.sdk.workspace import find_workspace
    from dioptra_builtins.artifacts.mlflow import download_all_artifacts_in_run

    target = output or find_workspace() / "results" / run_id
    return Path(checked(download_all_artifacts_in_run)(run_id, "results", target))
