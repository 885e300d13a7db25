# SPDX-License-Identifier: Apache-2.0
"""The command's root: its subcommands, and how its errors are shown."""

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from dioptra import __version__
from dioptra.cli import (
    data,
    deploy,
    diff,
    doctor,
    mlproject,
    models,
    new,
    plugins,
    report,
    reproduce,
    run,
    submit,
    sweep,
)
from dioptra.entrypoint.reporting import reporting_errors
from dioptra.sdk.exceptions import ParameterError

app = App(
    name="dioptra",
    help="A reproducible testbed for the trustworthiness of machine-learning models.",
    version=__version__,
    # Errors are shown in one way for all of the command, see main.
    exit_on_error=False,
    print_error=False,
    suppress_keyboard_interrupt=False,
    result_action="return_value",
)
app.command(data.app)
app.command(doctor.doctor)
app.command(models.app)
app.command(plugins.app)
app.command(deploy.deploy)
app.command(diff.diff)
app.command(mlproject.mlproject)
app.command(new.new)
app.command(report.report)
app.command(reproduce.reproduce)
app.command(run.app)
app.command(submit.submit)
app.command(sweep.sweep)
app.register_install_completion_command()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; ``--debug`` anywhere on its line shows tracebacks.

    Args:
        arguments: The command line; without it, that of the process.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    debug = "--debug" in words
    with reporting_errors(debug=debug):
        try:
            app([word for word in words if word != "--debug"])
        except CycloptsError as error:
            raise ParameterError(f"{' '.join(str(error).split())} (try --help)") from error
