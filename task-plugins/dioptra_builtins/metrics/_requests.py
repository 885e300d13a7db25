# SPDX-License-Identifier: Apache-2.0
"""From a request for metrics to names and functions."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dioptra_builtins.metrics.exceptions import MetricRequestError

WANTED = 'each entry is a mapping such as {"name": "l2", "func": "l_2_norm"}'


def resolve_request(
    request: Iterable[Mapping[str, str]], get: Callable[[str], Callable[..., Any]]
) -> list[tuple[str, Callable[..., Any]]]:
    """Look up the function of every entry of a request.

    Args:
        request: Entries with a ``name`` of the user's choice and the name of a ``func``.
        get: From the name of a function to the function; raises where there is none.

    Returns:
        Names and functions, in the order of the request and as many.

    Raises:
        MetricRequestError: An entry is malformed, or a name occurs twice.
    """
    metrics: dict[str, Callable[..., Any]] = {}
    for place, entry in enumerate(request):
        if not _is_entry(entry):
            raise MetricRequestError(f"entry {place} of the metrics is {entry!r}; {WANTED}")
        if entry["name"] in metrics:
            raise MetricRequestError(
                f"entry {place} of the metrics is named {entry['name']!r} like one before it; give "
                "each a name of its own"
            )
        metrics[entry["name"]] = get(entry["func"])
    return list(metrics.items())


def _is_entry(entry: object) -> bool:
    return isinstance(entry, Mapping) and all(
        isinstance(entry.get(key), str) and entry[key] for key in ("name", "func")
    )
