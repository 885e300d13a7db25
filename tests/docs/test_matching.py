"""How printed output is compared with a page."""

import pytest

from execution.matching import find_difference, split_lines


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ([], []),
        (["one"], ["one"]),
        (["one  "], ["one"]),
        (["a ... c"], ["a b c"]),
        (["accuracy 0...."], ["accuracy 0.97"]),
        (["a   b"], ["a\tb"]),
        (["..."], []),
        (["..."], ["one", "two"]),
        (["...", "two"], ["one", "two"]),
        (["one", "...", "three", "..."], ["one", "two", "three", "three", "four"]),
        (["1.5 (a|b)"], ["1.5 (a|b)"]),
    ],
)
def test_output_that_fits(wanted: list[str], got: list[str]) -> None:
    assert find_difference(wanted, got) is None


@pytest.mark.parametrize(
    ("wanted", "got", "index"),
    [
        (["one"], [], 0),
        (["one"], ["two"], 0),
        (["one", "two", "three"], ["one", "tow", "three"], 1),
        (["one", "two"], ["one"], 1),
        (["one"], ["one", "two"], 1),
        (["...", "end"], ["end", "more"], 2),
        (["a...z"], ["a", "z"], 0),
        (["accuracy 0...."], ["accuracy 10.97"], 0),
        (["one", "...", "three", "four"], ["one", "two", "three", "five"], 3),
        (["1.5"], ["1x5"], 0),
    ],
)
def test_the_first_line_that_does_not_fit(wanted: list[str], got: list[str], index: int) -> None:
    assert find_difference(wanted, got) == index


def test_lines_are_those_that_a_terminal_shows() -> None:
    assert split_lines("10 %\r100 %  \ndone\n\n") == ["100 %", "done"]
    assert split_lines("\n") == []
