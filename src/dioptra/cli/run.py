# SPDX-License-Identifier: Apache-2.0
"""``dioptra run``: run an entry point, or show what there is to run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from dioptra.cli.assignments import Assignments, read_assignments
from dioptra.sdk.exceptions import ParameterError

if TYPE_CHECKING:
    from prefect import Flow

# Its own help would say nothing of an entry point's parameters.
app = App(
    name="run", help_flags=[], usage="Usage: dioptra run PROJECT [ENTRY_POINT] [-P NAME=VALUE ...]"
)


@app.default
def run(
    project: Path | None = None,
    entry_point: str | None = None,
    /,
    *,
    parameters: Assignments = None,
    show_help: Annotated[bool, Parameter(name=["--help", "-h"], negative="")] = False,
) -> None:
    """Run an entry point of a project folder in this process.

    Args:
        project: The folder, such as examples/tensorflow-mnist-classifier.
        entry_point: The entry point's name: a file of the project's src folder, without its .py.
            Without it, those of the folder are listed.
        parameters: A parameter as NAME=VALUE; may be given more than once.
        show_help: Show the parameters of the entry point, or this help where none is named.
    """
    from dioptra.entrypoint import list_entry_points, load_entry_point, run_flow
    from dioptra.entrypoint.reporting import print_result

    if project is None:
        if not show_help:
            raise ParameterError(
                'Command "run" parameter PROJECT requires an argument. (try --help)'
            )
        app.help_print([])
    elif entry_point is None:
        for name, summary in list_entry_points(project).items():
            sys.stdout.write(f"{name}  {summary}".rstrip() + "\n")
    elif show_help:
        _print_help(project, load_entry_point(project, entry_point))
    else:
        texts = read_assignments(parameters)
        print_result(run_flow(load_entry_point(project, entry_point), texts))


def _print_help(project: Path, flow: "Flow[..., Any]") -> None:
    from rich.console import Console
    from rich.table import Table

    from dioptra.entrypoint.command import describe_parameters, summarize

    name = flow.fn.__name__
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    for parameter, (kind, text) in describe_parameters(flow).items():
        table.add_row(f"{parameter}={kind}", text)
    console = Console(highlight=False, markup=False)
    console.print(f"Usage: dioptra run {project} {name} [-P NAME=VALUE ...]\n")
    console.print(f"{summarize(flow)}\n")
    console.print(table)
