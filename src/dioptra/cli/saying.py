# SPDX-License-Identifier: Apache-2.0
"""Lines about how far a command is."""

import sys


def say(line: str) -> None:
    """Write a line at once, also into a pipe.

    Args:
        line: The line.
    """
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
