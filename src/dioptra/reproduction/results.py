# SPDX-License-Identifier: Apache-2.0
"""Results as they were kept, below a folder or in MLflow."""

import json
import re
import tempfile
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from dioptra.provenance import FILE
from dioptra.pyplugs import checked
from dioptra.report import RESULTS, read_results
from dioptra.reproduction.collected import read_collected
from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.seal import check_seal
from dioptra_builtins.artifacts.mlflow import download_all_artifacts_in_run

# As MLflow makes them. To ask it for another one would take seconds, and tell nothing.
RUN_ID = re.compile(r"[0-9a-f]{32}")
NEEDED = ("entry_point", "parameters", "sha256")


def read_result(source: str) -> dict[str, Any]:
    """Read a result, and check that it is what was written.

    Args:
        source: A results folder, its ``results.json``, another JSON file with results over seeds,
            such as the reference's, or the id of an MLflow run.

    Returns:
        Its content. Each attack of a results folder, and each entry of results over seeds, has a
        name of its own, in the place of its number.

    Raises:
        ResultsError: There is no such result, it has no manifest, or it was edited.
        RunNotFoundError: The tracking store has no such run, or the run has no manifest.
    """
    check_source(source)
    path = Path(source)
    if is_collected(source):
        result = read_collected(path)
    elif is_folder(source):
        result = _read_folder(path.parent if path.name == RESULTS else path)
    else:
        result = _read_run(source)
    manifest = result.get("manifest")
    if manifest is None:
        raise ResultsError(f"{source} has no manifest; a run of this version makes one with it")
    missing = [name for name in NEEDED if name not in manifest]
    if missing:
        raise ResultsError(f"the manifest of {source} has no {missing[0]!r}; make the result again")
    return result


def check_source(source: str) -> None:
    """Check that what a user has named can be a result, before anything is imported to read it.

    Args:
        source: A file or a folder, or the id of an MLflow run.

    Raises:
        ResultsError: It is no folder that is there, nor has it the form of an id.
    """
    path = Path(source)
    # Of a file, the error that its reader gives says the same at once.
    if path.exists() or path.suffix == ".json" or RUN_ID.fullmatch(source):
        return
    if len(path.parts) == 1:
        hint = "; it is not the id of a run either, which has 32 hexadecimal digits"
    elif path.parent.is_dir():
        near = get_close_matches(path.name, [other.name for other in path.parent.iterdir()])
        hint = f"; did you mean {path.with_name(near[0])}?" if near else ""
    else:
        hint = f"; there is no folder {path.parent} either"
    raise ResultsError(f"no such folder: {source}{hint}")


def is_collected(source: str) -> bool:
    """Tell a file of results over seeds from a results folder, its file, or the id of a run.

    Args:
        source: What a user has named.

    Returns:
        Whether it is named like such a file, be it there or not.
    """
    path = Path(source)
    return path.suffix == ".json" and path.name != RESULTS


def is_folder(source: str) -> bool:
    """Tell a results folder, or its file, from the id of a run.

    Args:
        source: What a user has named.

    Returns:
        Whether it is a path, be it there or not; an id of MLflow has no slash.
    """
    path = Path(source)
    return path.is_dir() or len(path.parts) > 1 or path.name == RESULTS


def _read_folder(folder: Path) -> dict[str, Any]:
    results = read_results(folder)
    attacks = {
        f"{one['attack']} {one['attacked']} -> {one['evaluated']}, "
        f"l-{one['norm']} {one['eps']}, {one['labels']} labels": one
        for one in results["attacks"]
    }
    return {**results, "attacks": attacks}


def _read_run(run_id: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = checked(download_all_artifacts_in_run)(run_id, FILE, folder)
        text = Path(path).read_text(encoding="utf-8")
    name = f"{FILE} of run {run_id}"
    try:
        result: dict[str, Any] = json.loads(text)
        check_seal(result, name)
    except (AttributeError, ValueError) as error:
        if isinstance(error, ResultsError):
            raise
        raise ResultsError(f"{name} is no manifest: {error}; was it edited?") from error
    return result
