# SPDX-License-Identifier: Apache-2.0
"""Run an entry point's file: ``python -m dioptra.entrypoint src/NAME.py [OPTIONS]``.

It is ``python src/NAME.py [OPTIONS]`` for a file that Python itself cannot run as a script, as it
imports a neighbour relatively before it imports Dioptra.
"""

import sys
from pathlib import Path

from dioptra.entrypoint.command import main
from dioptra.entrypoint.discovery import load_entry_point
from dioptra.entrypoint.reporting import reporting_errors
from dioptra.sdk.exceptions import ParameterError
from dioptra.sdk.project_imports import SOURCE


def run_file(words: list[str]) -> None:
    """Run the flow of a file, and exit.

    Args:
        words: The file, and the command line of its flow.
    """
    with reporting_errors(debug="--debug" in words):
        file = Path(words[0] if words else "").resolve()
        if (file.parent.name, file.suffix) != (SOURCE, ".py"):
            raise ParameterError(
                f"no entry point {' '.join(words[:1])!r}; one is a file src/NAME.py with a flow "
                "named NAME"
            )
        flow = load_entry_point(file.parent.parent, file.stem)
    # What the help calls the program.
    sys.argv[0] = words[0]
    main(flow, words[1:])


if __name__ == "__main__":
    run_file(sys.argv[1:])
