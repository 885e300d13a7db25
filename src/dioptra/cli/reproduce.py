# SPDX-License-Identifier: Apache-2.0
"""``dioptra reproduce``: run again what a result came from, and compare."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from dioptra.cli.assignments import Assignments, split_assignments
from dioptra.cli.saying import say


def reproduce(
    result: str,
    /,
    *,
    project: Path | None = None,
    parameters: Assignments = None,
    tolerance: Annotated[float, Parameter(validator=Number(gte=0))] = 0.0,
) -> None:
    """Run again what a result came from, and say PASS or what differs.

    Args:
        result: A results folder, such as results/demo, the folder of a sweep, the file of the
            reference results, or the id of an MLflow run.
        project: The project folder (default: the one that the result names).
        parameters: A parameter as NAME=VALUE that replaces the recorded one, such as the place of
            the data; of one that a sweep varies, the values whose points are made again. May be
            given more than once.
        tolerance: How far two numbers may lie apart; with 0, all must be equal to the last bit.
    """
    from dioptra import reproduction
    from dioptra.sweep import is_sweep, reproduce_sweep

    pairs = split_assignments(parameters)
    if is_sweep(Path(result)):
        comparison = reproduce_sweep(Path(result), project, pairs, tolerance, say)
    else:
        comparison = reproduction.reproduce(result, project, dict(pairs), tolerance)
    sys.stdout.write(reproduction.format_comparison(comparison, ("recorded", "now")))
    sys.exit(int(not comparison.passed))
