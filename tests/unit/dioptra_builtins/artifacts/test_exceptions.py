import pytest

from dioptra.sdk.exceptions import DioptraError, UnknownNameError
from dioptra_builtins.artifacts.exceptions import (
    FileInTheWayError,
    InvalidFileNameError,
    SourceNotFoundError,
    UnreadableTarballError,
    UnsupportedDataFrameFileFormatError,
    UnsupportedTarballModeError,
)


def test_an_unknown_format_names_itself_and_those_known() -> None:
    error = UnsupportedDataFrameFileFormatError("xls", ["json", "csv"])
    assert str(error) == "no file format for data frames named 'xls'; known: csv, json"
    assert isinstance(error, UnknownNameError)


def test_an_unknown_mode_tells_what_it_was_for() -> None:
    error = UnsupportedTarballModeError("write", "a", ["w:gz", "w"])
    assert str(error) == "no mode to write a tarball named 'a'; known: w, w:gz"
    assert isinstance(error, UnknownNameError)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FileInTheWayError, FileExistsError),
        (InvalidFileNameError, ValueError),
        (SourceNotFoundError, FileNotFoundError),
        (UnreadableTarballError, ValueError),
    ],
)
def test_every_error_can_be_caught_as_what_python_calls_it(
    error: type[DioptraError], kind: type[Exception]
) -> None:
    raised = error("told")
    assert isinstance(raised, kind)
    assert isinstance(raised, DioptraError)
    assert str(raised) == "told"
