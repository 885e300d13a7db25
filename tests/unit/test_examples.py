"""What CONTRIBUTING.md asks of the examples, and what the storey below them is for."""

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from dioptra.entrypoint import list_entry_points

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/src"))
# The first one holds the demo and the reference results; others are to be read at a sitting.
MOST_LINES = {"tensorflow-mnist-classifier": 600}
MOST_LINES_OF_OTHERS = 150
MOST_LINES_OF_AN_ENTRY_POINT = 60
EQUAL_LINES = 6

each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)


def count_lines(file: Path) -> int:
    return len(file.read_text().splitlines())


@each_example
def test_an_example_is_no_longer_than_the_experiment_it_is(example: Path) -> None:
    most = MOST_LINES.get(example.name, MOST_LINES_OF_OTHERS)
    assert sum(map(count_lines, (example / "src").glob("*.py"))) <= most


@each_example
def test_an_entry_point_fits_on_a_screen(example: Path) -> None:
    counts = {
        name: count_lines(example / "src" / f"{name}.py") for name in list_entry_points(example)
    }
    assert {
        name: count for name, count in counts.items() if count > MOST_LINES_OF_AN_ENTRY_POINT
    } == {}


def list_runs_of_lines(example: Path) -> Iterator[tuple[str, ...]]:
    for file in sorted((example / "src").glob("*.py")):
        lines = [line for line in file.read_text().splitlines() if line.strip()]
        for start in range(len(lines) - EQUAL_LINES + 1):
            yield tuple(lines[start : start + EQUAL_LINES])


def test_no_example_copies_another() -> None:
    pairs = itertools.combinations(EXAMPLES, 2)
    shared = [
        lines
        for one, other in pairs
        for lines in set(list_runs_of_lines(one)) & set(list_runs_of_lines(other))
    ]
    assert shared == []


def test_a_budget_is_declared_once() -> None:
    """The tasks of the suite have the signatures that are specified; nothing else declares it."""
    declared = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for folder in (ROOT / "src", ROOT / "examples")
        for file in sorted(folder.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.AnnAssign | ast.arg) and names_a_budget(node)
    ]
    # Once for each of the two attacks that have such a step.
    assert [place.partition(":")[0] for place in declared] == ["src/dioptra/evasion/attacks.py"] * 2


def names_a_budget(node: ast.AnnAssign | ast.arg) -> bool:
    name = node.arg if isinstance(node, ast.arg) else getattr(node.target, "id", "")
    return name == "eps_step"
