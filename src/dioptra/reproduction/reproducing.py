# SPDX-License-Identifier: Apache-2.0
"""Running again what a result came from."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dioptra.entrypoint import load_entry_point, run_flow
from dioptra.entrypoint.reporting import to_fields
from dioptra.provenance import locate_project
from dioptra.reproduction.collected import PLACE_OF_STEPS, choose
from dioptra.reproduction.difference import Comparison, compare
from dioptra.reproduction.results import is_collected, is_folder, read_result
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
        source: What :func:`read_result` takes.
        project: The project's folder (default: the one that the result names).
        changes: Parameters as text that replace recorded ones, such as the place of the data.
        tolerance: See :func:`dioptra.reproduction.compare`.

    Returns:
        The recorded result beside the new one. New results are written below
        ``results/reproduced`` in the workspace. Of results over seeds, those seeds and strengths
        are compared that the changes leave.

    Raises:
        ResultsError: There is no such result, it was edited, or it was not made by an entry point.
        RunNotFoundError: The tracking store has no such run.
        EntryPointNotFoundError: The project is not there, or has no such entry point.
        ParameterError: The entry point does not take a recorded parameter any more.
    """
    recorded = read_result(source)
    entry_point = recorded["manifest"]["entry_point"]
    if entry_point is None:
        raise ResultsError(
            f"{source} was made as a part of something else, such as a demo, or not by an entry "
            "point; run again what it is a part of. The run of a whole sweep is made again from "
            "the sweep's folder: results/sweeps/NAME"
        )
    flow = load_entry_point(project or locate_project(entry_point["project"]), entry_point["name"])
    texts = {**recorded["manifest"]["parameters"]}
    if RESULTS_DIR in texts:
        texts[RESULTS_DIR] = str(find_workspace() / "results" / "reproduced" / entry_point["name"])
    changes = changes or {}
    if is_collected(source):
        # Steps of this name would count as done: those that made the record, or an earlier try.
        texts[PLACE_OF_STEPS] = name_another()
        texts |= changes
        made = Path(texts[RESULTS_DIR]) / Path(source).name
        if made.resolve() == Path(source).resolve():
            raise ResultsError(f"{source} would be written over; name another {RESULTS_DIR}")
        made.unlink(missing_ok=True)
        run_flow(flow, texts)
        return compare(*choose(recorded, read_result(str(made)), changes), tolerance)
    texts |= changes
    outcome = run_flow(flow, texts)
    found = texts.get(RESULTS_DIR, "") if is_folder(source) else _find_run(outcome)
    return compare(recorded, read_result(found), tolerance)


def name_another() -> str:
    """Give a name that nothing has yet, for what is made again.

    Returns:
        ``reproduced-`` and the time, to the microsecond.
    """
    return f"reproduced-{datetime.now():%Y%m%d-%H%M%S-%f}"  # noqa: DTZ005 - the user's day


def _find_run(outcome: Any) -> str:
    fields = to_fields(outcome)
    if "run_id" not in fields:
        raise ResultsError("the entry point does not return the run_id of its run")
    return str(fields["run_id"])
