# SPDX-License-Identifier: Apache-2.0
"""``dioptra run``: run an entry point."""

from pathlib import Path

from dioptra.cli.assignments import Assignments, read_assignments


def run(project: Path, entry_point: str, /, *, parameters: Assignments = None) -> None:
    """Run an entry point of a project folder in this process.

    Args:
        project: The folder, such as examples/tensorflow-mnist-classifier.
        entry_point: The entry point's name: a file of the project's src folder, without its .py.
        parameters: A parameter as NAME=VALUE; may be given more than once.
    """
    from dioptra.entrypoint import load_entry_point, run_flow
    from dioptra.entrypoint.reporting import print_result

    texts = read_assignments(parameters)
    print_result(run_flow(load_entry_point(project, entry_point), texts))
