# SPDX-License-Identifier: Apache-2.0
"""``dioptra diff``: compare two results."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from dioptra.sdk.exceptions import ResultsError


def diff(
    first: str,
    second: str,
    /,
    *,
    tolerance: Annotated[float, Parameter(validator=Number(gte=0))] = 0.0,
) -> None:
    """Compare two results field by field; the exit status is 1 where they differ.

    Args:
        first: A results folder, such as results/demo, the folder of a sweep, the file of the
            reference results, or the id of an MLflow run.
        second: Another.
        tolerance: How far two numbers may lie apart; with 0, all must be equal to the last bit.
    """
    from dioptra.reproduction import check_source, compare, format_comparison, read_result
    from dioptra.sweep import compare_sweeps, is_sweep

    # To read the first may take seconds.
    for source in (first, second):
        check_source(source)
    folders = Path(first), Path(second)
    sweeps = [is_sweep(folder) for folder in folders]
    if all(sweeps):
        comparison = compare_sweeps(*folders, tolerance)
    elif any(sweeps):
        raise ResultsError("a sweep is compared with another sweep, and a run of it with a run")
    else:
        comparison = compare(read_result(first), read_result(second), tolerance)
    sys.stdout.write(format_comparison(comparison, ("first", "second")))
    sys.exit(int(not comparison.passed))
