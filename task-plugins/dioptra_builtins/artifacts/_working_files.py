# SPDX-License-Identifier: Apache-2.0
"""Files that are written in order to be uploaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dioptra_builtins.artifacts.exceptions import InvalidFileNameError


@contextmanager
def working_file(file_name: str, working_dir: str | Path | None) -> Iterator[Path]:
    """Give the path of a file to write, for a ``with`` block.

    Args:
        file_name: The file's name, without folders.
        working_dir: The folder in which the file stays, made where there is none; None for a
            temporary one that is removed after the block.

    Yields:
        The path.

    Raises:
        InvalidFileNameError: ``file_name`` is not a bare file name.
    """
    if file_name in ("", "..") or Path(file_name).name != file_name:
        raise InvalidFileNameError(
            f"{file_name!r} is not a bare file name; name its folder with working_dir"
        )
    if working_dir is not None:
        folder = Path(working_dir)
        folder.mkdir(parents=True, exist_ok=True)
        yield folder / file_name
        return
    with TemporaryDirectory(prefix="dioptra-") as temporary:
        yield Path(temporary, file_name)
