# SPDX-License-Identifier: Apache-2.0
"""The tables of ART's attacks, from the file that ``make attack-table`` has written."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generation.directive import GeneratingDirective, table
from generation.try_attacks import FILE

DASH = "–"  # noqa: RUF001 - typography's sign for an empty cell
# As fine as the numbers of the file.
NOISE = 1e-5
NORMS = {"inf": "l-inf", "2": "l-2", "1": "l-1", "0": "pixels"}


class AttacksOfArt(GeneratingDirective):
    """``.. attacks-of-art:: PART``: a part of the page, see ``PARTS``."""

    required_arguments = 1

    def lines(self) -> Iterable[str]:
        """Write the part."""
        self.env.note_dependency(str(FILE))
        return PARTS[self.arguments[0]](read())


def read() -> dict[str, Any]:
    """Read what became of each attack.

    Raises:
        ValueError: An attack has left its budget.
    """
    results: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    faults = list(find_faults(results))
    if faults:
        raise ValueError(f"{FILE.name}: {faults[0]}; run `make attack-table`")
    return results


def find_faults(results: Mapping[str, Any]) -> Iterator[str]:
    """Tell which attacks have left their budget, or changed nothing.

    Args:
        results: The content of the file.
    """
    for entry in results["attacks"]:
        for run in entry.get("runs", ()):
            if run["norm"] is not None and run["largest"][run["norm"]] > run["eps"] + NOISE:
                yield f"{entry['attack']} has left eps {run['eps']} in {NORMS[run['norm']]}"
            if not run["changed"]:
                yield f"{entry['attack']} has changed no image"


def state(results: Mapping[str, Any]) -> Iterator[str]:
    """Tell how many attacks there are, and what they were tried with."""
    works = sum(entry["status"] == "works" for entry in results["attacks"])
    total = len(results["attacks"])
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    yield (
        f"Of {total} attacks, {works} work and {total - works} are refused. Made with {versions}, "
        f"on {results['images']} images."
    )


def works(results: Mapping[str, Any]) -> Iterator[str]:
    """Write the table of the attacks that work."""
    head = ["attack", "budget", "farthest", "stored", "right", "seconds"]
    rows = [
        [f"``{entry['attack']}``", *_budget(run), run["stored"], _right(run), f"{run['seconds']:g}"]
        for entry in results["attacks"]
        for run in entry.get("runs", ())
    ]
    yield from table("Attacks that work", head, rows)


def refused(results: Mapping[str, Any]) -> Iterator[str]:
    """Write the table of the attacks that are refused."""
    rows = [
        [f"``{entry['attack']}``", entry["reason"]]
        for entry in results["attacks"]
        if entry["status"] == "refused"
    ]
    yield from table("Attacks that are refused", ["attack", "reason"], rows)


def _budget(run: Mapping[str, Any]) -> tuple[str, str]:
    if run["eps"] is None:
        return DASH, f"{run['largest']['2']:.3f} in l-2"
    if run["norm"] is None:
        return f"{run['eps']:g}, of its own", f"{run['largest']['2']:.3f} in l-2"
    return f"{run['eps']:.3g} in {NORMS[run['norm']]}", f"{run['largest'][run['norm']]:.3f}"


def _right(run: Mapping[str, Any]) -> str:
    if run["correct"] == run["correct_in_memory"]:
        return str(run["correct"])
    return f"{run['correct']} (in memory {run['correct_in_memory']})"


PARTS = {"state": state, "works": works, "refused": refused}
