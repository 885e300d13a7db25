# SPDX-License-Identifier: Apache-2.0
"""Names of files."""

from pathlib import Path


def set_path_ext(filepath: str | Path, ext: str) -> Path:
    """Replace all suffixes of a file name.

    Args:
        filepath: A path or a bare file name.
        ext: The new extension, with or without its leading dot; it may have several parts.

    Returns:
        The path with the extension ``ext`` and no other: ``("a/b.tar.gz", "csv.bz2")`` gives
        ``a/b.csv.bz2``. The leading dot of a hidden file is no suffix.
    """
    path = Path(filepath)
    name = path.name.rstrip(".")
    stem = name.removesuffix("".join(Path(name).suffixes))
    extension = ext.removeprefix(".")
    return path.with_name(f"{stem}.{extension}" if extension else stem)
