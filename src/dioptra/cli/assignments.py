# SPDX-License-Identifier: Apache-2.0
"""Parameters as a command line gives them to an entry point."""

from collections.abc import Iterable
from typing import Annotated

from cyclopts import Parameter

from dioptra.sdk.exceptions import ParameterError

Assignments = Annotated[list[str] | None, Parameter(name=["-P", "--parameter"], negative="")]


def read_assignments(items: Iterable[str] | None) -> dict[str, str]:
    """Read texts such as ``eps=0.3``; a name's dashes are underscores, and the last value counts.

    Args:
        items: The texts.

    Returns:
        Names and values.

    Raises:
        ParameterError: One has no equals sign.
    """
    return dict(split_assignments(items))


def split_assignments(items: Iterable[str] | None) -> list[tuple[str, str]]:
    """Read texts such as ``eps=0.3``, and keep all where a name comes twice.

    Args:
        items: The texts.

    Returns:
        Pairs of name and value, in order.

    Raises:
        ParameterError: One has no equals sign.
    """
    pairs = []
    for item in items or []:
        name, separator, text = item.partition("=")
        if not separator:
            raise ParameterError(f"a parameter is given as NAME=VALUE, not {item!r}")
        pairs.append((name.replace("-", "_"), text))
    return pairs
