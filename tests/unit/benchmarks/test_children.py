"""Functions in processes of their own."""

import pytest

from benchmarks.children import _read_peak, ask


def test_what_a_function_returns_comes_back_with_the_time_of_its_process() -> None:
    answer = ask("start_up", modules=["json"])
    assert answer["json"] <= answer["process_s"]


def test_the_words_of_a_process_that_fails_are_told() -> None:
    with pytest.raises(RuntimeError, match="No module named 'no_such_module'"):
        ask("start_up", modules=["no_such_module"])


def test_the_peak_is_that_of_the_process_itself() -> None:
    assert _read_peak("VmPeak:\t 9 kB\nVmHWM:\t  2000 kB\nVmRSS:\t 1 kB\n") == 2.048
