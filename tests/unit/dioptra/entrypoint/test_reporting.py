import os
import subprocess
import sys
from pathlib import Path

import pytest

from dioptra.entrypoint.reporting import print_result, reporting_errors
from dioptra.sdk.exceptions import (
    DatasetError,
    EntryPointNotFoundError,
    ParameterError,
    UnknownNameError,
)

HINT = "(run it again with --debug to see where it happened)"


def fail_with(error: BaseException, *, debug: bool = False) -> None:
    with reporting_errors(debug=debug):
        raise error


def annotate(error: Exception, *notes: str) -> Exception:
    for note in notes:
        error.add_note(note)
    return error


def nest(*errors: Exception) -> ExceptionGroup[Exception]:
    return ExceptionGroup("outer", [ExceptionGroup("inner", list(errors)), TypeError("late")])


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (ParameterError("no option"), 2, "no option"),
        (EntryPointNotFoundError("no entry point"), 2, "no entry point"),
        (DatasetError("bad folder"), 1, "bad folder"),
        (UnknownNameError("norm", "3", ["2", "1"]), 1, "no norm named '3'; known: 1, 2"),
        (DatasetError("two\n  lines"), 1, "two lines"),
        (DatasetError(), 1, ""),
        (ValueError("bad"), 1, f"ValueError: bad {HINT}"),
        (KeyError("k"), 1, f"KeyError: 'k' {HINT}"),
        (ValueError("two\n\n lines"), 1, f"ValueError: two lines {HINT}"),
        (annotate(ValueError("bad"), "in\na", "b"), 1, f"ValueError: bad, in a, b {HINT}"),
        (nest(DatasetError("first"), ValueError("second")), 1, "first"),
        (nest(ValueError("first")), 1, f"ValueError: first {HINT}"),
        (
            OSError(28, "No space left on device", "/data/x"),
            1,
            (
                "No space left on device (/data/x); make room there, or name another folder: "
                "DIOPTRA_WORKSPACE for what is kept, TMPDIR for temporary files"
            ),
        ),
        (OSError(5, "Input/output error"), 1, f"OSError: [Errno 5] Input/output error {HINT}"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_an_error_is_one_line_and_a_status(
    error: BaseException, status: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        fail_with(error)
    assert caught.value.code == status
    assert capsys.readouterr() == ("", f"error: {message}\n")


@pytest.mark.parametrize(
    "error", [ParameterError("x"), ValueError("x"), nest(ValueError("x")), KeyboardInterrupt()]
)
def test_debugging_lets_the_error_through(
    error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(type(error)) as caught:
        fail_with(error, debug=True)
    assert caught.value is error
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_has_seen_enough_ends_the_command_without_a_word() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code = (
        "from dioptra.entrypoint.reporting import reporting_errors\n"
        "with reporting_errors(debug=False):\n    print('line')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("debug", [False, True])
def test_an_exit_stays_as_it_is(debug: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        fail_with(SystemExit(7), debug=debug)
    assert caught.value.code == 7
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("debug", [False, True])
def test_without_an_error_nothing_happens(debug: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with reporting_errors(debug=debug):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_dictionary_is_printed_as_aligned_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_result({"run_id": "abc", "n": 3, "accuracy": 0.5, "path": Path("/x"), "none": None})
    assert capsys.readouterr().out.splitlines() == [
        "run_id    abc",
        "n         3",
        "accuracy  0.5",
        'path      "/x"',
        "none      null",
    ]


def test_a_value_that_is_nested_is_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_result({"durations": {"total": 1.5}, 3: [1, "a"]})
    assert capsys.readouterr().out == 'durations  {"total": 1.5}\n3          [1, "a"]\n'


@pytest.mark.parametrize("result", [None, 3, "text", ["list"], {}])
def test_any_other_result_is_not_printed(
    result: object, capsys: pytest.CaptureFixture[str]
) -> None:
    print_result(result)
    assert capsys.readouterr() == ("", "")
