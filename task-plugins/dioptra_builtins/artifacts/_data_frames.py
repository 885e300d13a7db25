# SPDX-License-Identifier: Apache-2.0
"""The formats in which a data frame can be kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dioptra.sdk.utilities.paths import set_path_ext
from dioptra_builtins.artifacts.exceptions import UnsupportedDataFrameFileFormatError

if TYPE_CHECKING:
    import pandas as pd


class Format(NamedTuple):
    """How pandas writes a format: the method's name, the file's extension and fixed arguments."""

    method: str
    extension: str
    arguments: Mapping[str, Any] = {}


FORMATS = {
    "csv": Format("to_csv", "csv"),
    "csv.bz2": Format("to_csv", "csv.bz2", {"compression": "bz2"}),
    # gzip would record the time of writing. Level 9 of pandas takes three times as long as writing
    # the table does, to save a twelfth of the bytes.
    "csv.gz": Format(
        "to_csv", "csv.gz", {"compression": {"method": "gzip", "mtime": 0, "compresslevel": 1}}
    ),
    "csv.xz": Format("to_csv", "csv.xz", {"compression": "xz"}),
    "feather": Format("to_feather", "feather"),
    "json": Format("to_json", "json"),
    "parquet": Format("to_parquet", "parquet"),
    "pickle": Format("to_pickle", "pkl"),
}


def get_format(file_format: str) -> Format:
    """Look up a format.

    Args:
        file_format: One of ``FORMATS``.

    Returns:
        How to write it.

    Raises:
        UnsupportedDataFrameFileFormatError: There is no such format.
    """
    if file_format not in FORMATS:
        raise UnsupportedDataFrameFileFormatError(file_format, FORMATS)
    return FORMATS[file_format]


def write_data_frame(
    data_frame: "pd.DataFrame", path: Path, chosen: Format, arguments: Mapping[str, Any]
) -> Path:
    """Write a data frame.

    Args:
        data_frame: The data frame.
        path: The file, whose extension is replaced by that of the format.
        chosen: The format.
        arguments: Passed on to the method of the data frame.

    Returns:
        The path of the file.
    """
    target = set_path_ext(path, chosen.extension)
    getattr(data_frame, chosen.method)(target, **{**chosen.arguments, **arguments})
    return target
