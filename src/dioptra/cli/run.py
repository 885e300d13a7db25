# SPDX-License-Identifier: Apache-2.0
"""``dioptra run``: run an entry point, or show what there is to run."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from dioptra.cli.assignments import Assignments, read_assignments
from dioptra.cli.projects import choose_entry_point
from dioptra.projects import PREFIX

if TYPE_CHECKING:
    from prefect import Flow

# The project of the package whose entry points are listed.
DEFAULT = "evasion"
# Its own help would say nothing of an entry point's parameters.
app = App(
    name="run", help_flags=[], usage="Usage: dioptra run PROJECT [ENTRY_POINT] [-P NAME=VALUE ...]"
)


@app.default
def run(
    project: str | None = None,
    entry_point: str | None = None,
    /,
    *,
    parameters: Assignments = None,
    show_help: Annotated[bool, Parameter(name=["--help", "-h"], negative="")] = False,
) -> None:
    """Run an entry point in this process; without words, list those that come with Dioptra.

    Args:
        project: A project folder, such as examples/tensorflow-mnist-classifier, or an entry point
            that comes with Dioptra, such as evaluate.
        entry_point: The entry point of a folder: a file of its src folder, without the .py. Without
            it, those of the folder are listed.
        parameters: A parameter as NAME=VALUE; may be given more than once.
        show_help: Show the parameters of the entry point, or this help where none is named.
    """
    from dioptra.entrypoint import load_entry_point, run_flow
    from dioptra.entrypoint.reporting import print_result

    if project is None:
        if show_help:
            app.help_print([])
        else:
            _list(PREFIX + DEFAULT)
        return
    folder, name = choose_entry_point(project, entry_point)
    if name is None:
        _list(project)
    elif show_help:
        _print_help(project, entry_point, load_entry_point(folder, name))
    else:
        texts = read_assignments(parameters)
        print_result(run_flow(load_entry_point(folder, name), texts))


def _list(project: str) -> None:
    from dioptra.entrypoint import list_entry_points

    folder, _ = choose_entry_point(project, None)
    for name, summary in list_entry_points(folder).items():
        sys.stdout.write(f"{name}  {summary}".rstrip() + "\n")


def _print_help(project: str, entry_point: str | None, flow: "Flow[..., Any]") -> None:
    from rich.console import Console
    from rich.table import Table

    from dioptra.entrypoint.command import describe_parameters, summarize

    words = " ".join(filter(None, (project, entry_point)))
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    for parameter, (kind, text) in describe_parameters(flow).items():
        table.add_row(f"{parameter}={kind}", text)
    console = Console(highlight=False, markup=False)
    console.print(f"Usage: dioptra run {words} [-P NAME=VALUE ...]\n")
    console.print(f"{summarize(flow)}\n")
    console.print(table)
