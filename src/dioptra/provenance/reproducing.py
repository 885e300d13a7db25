# SPDX-License-Identifier: Apache-2.0
"""Running again what a result came from."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dioptra.entrypoint import load_entry_point, run_flow
from dioptra.provenance.difference import Comparison, compare
from dioptra.provenance.results import read_result
from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.workspace import find_workspace

RESULTS_DIR = "results_dir"


def reproduce(
    source: str,
    project: Path | None = None,
    changes: Mapping[str, str] | None = None,
    tolerance: float = 0.0,
) -> Comparison:
    """Run again what a result came from, and compare.

    Args:
        source: A results folder, its ``results.json``, or the id of an MLflow run.
        project: The project's folder (default: the one that the result names).
        changes: Parameters as text that replace recorded ones, such as the place of the data.
        tolerance: See :func:`dioptra.provenance.compare`.

    Returns:
        The recorded result beside the new one. New results are written below
        ``results/reproduced`` in the workspace.

    Raises:
        ResultsError: There is no such result, it was edited, or it was not made by an entry point.
        RunNotFoundError: The tracking store has no such run.
        EntryPointNotFoundError: The project has no such entry point.
        ParameterError: The entry point does not take a recorded parameter any more.
    """
    recorded = read_result(source)
    entry_point = recorded["manifest"]["entry_point"]
    if entry_point is None:
        raise ResultsError(
            f"{source} was made within another run, or not by an entry point; reproduce that run"
        )
    flow = load_entry_point(project or Path(entry_point["project"]), entry_point["name"])
    texts = {**recorded["manifest"]["parameters"], **(changes or {})}
    if RESULTS_DIR in texts:
        texts[RESULTS_DIR] = str(find_workspace() / "results" / "reproduced" / entry_point["name"])
    outcome = run_flow(flow, texts)
    return compare(recorded, read_result(_find_result(outcome, texts)), tolerance)


def _find_result(outcome: Any, texts: Mapping[str, str]) -> str:
    if RESULTS_DIR in texts:
        return texts[RESULTS_DIR]
    if not isinstance(outcome, dict) or "run_id" not in outcome:
        raise ResultsError("the entry point does not return the run_id of its run")
    return str(outcome["run_id"])
