"""Functions in processes of their own."""

import pytest

from benchmarks.children import ask


def test_what_a_function_returns_comes_back_with_the_time_of_its_process() -> None:
    answer = ask("start_up", modules=["json"])
    assert answer["json"] <= answer["process_s"]


def test_the_words_of_a_process_that_fails_are_told() -> None:
    with pytest.raises(RuntimeError, match="No module named 'no_such_module'"):
        ask("start_up", modules=["no_such_module"])
