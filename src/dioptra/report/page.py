# SPDX-License-Identifier: Apache-2.0
"""The web page of a study."""

import os
from pathlib import Path

from dioptra.report.context import page_context
from dioptra.report.files import PAGE, RESULTS, read_results, write_whole
from dioptra.report.pictures import write_pictures
from dioptra.report.rendering import render
from dioptra.report.samples import read_samples
from dioptra.report.validation import check_results
from dioptra.sdk.requirements import check_requirements

TEMPLATE = "report.html.j2"


def write_report(folder: str | os.PathLike[str]) -> Path:
    """Draw the pictures of a study and write its page, which needs no other file.

    Equal results and samples give equal bytes, with the same version of matplotlib.

    Args:
        folder: Holds ``results.json`` and, for the sample images, ``samples.npz``.

    Returns:
        The path of ``report.html``; the pictures, ``PICTURES``, lie in the same folder.

    Raises:
        ResultsError: One of the two files cannot be used.
        MissingRequirementError: matplotlib is not installed.
    """
    check_requirements(("matplotlib",), "the report")
    folder = Path(folder)
    results = check_results(read_results(folder), str(folder / RESULTS))
    groups = read_samples(folder)
    pictures = write_pictures(folder, results, groups)
    path = folder / PAGE
    write_whole(path, render(TEMPLATE, page_context(results, groups, pictures)))
    return path
