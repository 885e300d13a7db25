# SPDX-License-Identifier: Apache-2.0
"""``dioptra run``: run an entry point."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from dioptra.sdk.exceptions import ParameterError


def run(
    project: Path,
    entry_point: str,
    /,
    *,
    parameters: Annotated[
        list[str] | None, Parameter(name=["-P", "--parameter"], negative="")
    ] = None,
) -> None:
    """Run an entry point of a project folder in this process.

    Args:
        project: The folder, such as examples/tensorflow-mnist-classifier.
        entry_point: The entry point's name: a file of the project's src folder, without its .py.
        parameters: A parameter as NAME=VALUE; may be given more than once.
    """
    from dioptra.entrypoint import load_entry_point, run_flow
    from dioptra.entrypoint.reporting import print_result

    texts = {}
    for item in parameters or []:
        name, separator, text = item.partition("=")
        if not separator:
            raise ParameterError(f"a parameter is given as NAME=VALUE, not {item!r}")
        texts[name.replace("-", "_")] = text
    print_result(run_flow(load_entry_point(project, entry_point), texts))
