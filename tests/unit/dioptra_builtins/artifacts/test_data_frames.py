from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dioptra_builtins.artifacts._data_frames import FORMATS, get_format, write_data_frame
from dioptra_builtins.artifacts.exceptions import UnsupportedDataFrameFileFormatError

READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "csv": pd.read_csv,
    "csv.bz2": pd.read_csv,
    "csv.gz": pd.read_csv,
    "csv.xz": pd.read_csv,
    "feather": pd.read_feather,
    "json": pd.read_json,
    "parquet": pd.read_parquet,
    "pickle": pd.read_pickle,
}
MAGIC = {
    "csv": b"image,",
    "csv.bz2": b"BZh",
    "csv.gz": b"\x1f\x8b",
    "csv.xz": b"\xfd7zXZ\0",
    "feather": b"ARROW1",
    "json": b'{"image"',
    "parquet": b"PAR1",
    "pickle": b"\x80",
}


def _table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "image": ["adv_1.png", 'ä, "b"\nc', "c"],
            "label": [0, 7, -1],
            "l_inf": [0.25, -1.5, 3e10],
            "hit": [True, False, True],
        }
    )


def _write(file_format: str, path: Path, **arguments: Any) -> Path:
    if file_format.startswith("csv"):
        arguments = {"index": False, **arguments}
    return write_data_frame(_table(), path, get_format(file_format), arguments)


def test_the_formats_are_those_of_the_contract() -> None:
    assert sorted(FORMATS) == sorted(READERS)


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_was_written_reads_back_equal(file_format: str, tmp_path: Path) -> None:
    path = _write(file_format, tmp_path / "table")
    pd.testing.assert_frame_equal(READERS[file_format](path), _table())


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_file_is_of_the_format_that_its_extension_tells(file_format: str, tmp_path: Path) -> None:
    path = _write(file_format, tmp_path / "table.tar.gz")
    extension = "pkl" if file_format == "pickle" else file_format
    assert path == tmp_path / f"table.{extension}"
    assert list(tmp_path.glob("table*")) == [path]
    assert path.read_bytes().startswith(MAGIC[file_format])


@pytest.mark.parametrize("file_format", FORMATS)
def test_equal_tables_give_equal_bytes(
    file_format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _write(file_format, tmp_path / "table").read_bytes()
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert _write(file_format, tmp_path / "table").read_bytes() == first


def test_further_arguments_are_passed_on_to_pandas(tmp_path: Path) -> None:
    path = _write("csv", tmp_path / "table", sep=";", columns=["label", "hit"])
    assert path.read_text() == "label;hit\n0;True\n7;False\n-1;True\n"


def test_further_arguments_come_before_the_fixed_ones(tmp_path: Path) -> None:
    path = _write("csv.gz", tmp_path / "table", compression=None)
    assert path.read_bytes().startswith(MAGIC["csv"])


@pytest.mark.parametrize("file_format", ["xlsx", "CSV", ".csv", "pkl", ""])
def test_an_unknown_format_is_refused_with_those_known(file_format: str) -> None:
    with pytest.raises(UnsupportedDataFrameFileFormatError) as caught:
        get_format(file_format)
    assert str(caught.value).endswith(
        f"named '{file_format}'; known: csv, csv.bz2, csv.gz, csv.xz, feather, json, parquet, "
        "pickle"
    )
