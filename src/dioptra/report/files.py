# SPDX-License-Identifier: Apache-2.0
"""The files of a results folder, and ``results.json`` in and out."""

import json
import os
from pathlib import Path
from typing import Any, NoReturn

from dioptra.report.validation import check_results
from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.seal import check_seal, seal

RESULTS = "results.json"
SAMPLES = "samples.npz"
PAGE = "report.html"
CURVES = "pictures/curves.png"
TRANSFER = "pictures/transfer.png"
IMAGES = "pictures/images.png"

PICTURES = (CURVES, TRANSFER, IMAGES)
"""The pictures of a report, relative to its folder; the last needs sample images."""


def read_results(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Read and check the results of a folder.

    Args:
        folder: Holds ``results.json``.

    Returns:
        The file's content, whose schema is ``dioptra.report.schema.Results``.

    Raises:
        ResultsError: The file is missing, is not JSON, a field is missing or wrong, or it was
            edited, so that it does not fit the hash in its manifest.
    """
    path = Path(folder) / RESULTS
    try:
        results = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except FileNotFoundError:
        raise ResultsError(
            f"{path} does not exist; name the folder that a run wrote its results to"
        ) from None
    except (OSError, ValueError) as error:
        raise ResultsError(
            f"{path} cannot be read as JSON: {error}; write it with dioptra.report.write_results"
        ) from error
    check_results(results, str(path))
    check_seal(results, path)
    return dict(results)


def write_results(folder: str | os.PathLike[str], results: dict[str, Any]) -> Path:
    """Check results and write them; a reader sees the old file or the new one, never a part.

    Args:
        folder: Is made where it does not exist.
        results: See ``dioptra.report.schema.Results``. Equal results give an equal file. A
            manifest is completed by the hash of all that the file holds.

    Returns:
        The path of ``results.json``.

    Raises:
        ResultsError: A field is missing or wrong, or holds what JSON has no notation for.
    """
    path = Path(folder) / RESULTS
    content = check_results(results, str(path)).model_dump(exclude_unset=True)
    try:
        text = json.dumps(seal(content), indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise ResultsError(f"{path}: {error}; write such a value as text") from error
    write_whole(path, f"{text}\n")
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a text file by way of a temporary one beside it, so that it is never half there.

    Args:
        path: Its folder is made where it does not exist.
        text: Its new content.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A plain file, since tempfile's are closed to other users and folders may be shared.
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
