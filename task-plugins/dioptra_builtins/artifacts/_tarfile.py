# SPDX-License-Identifier: Apache-2.0
"""Python's ``tarfile`` with its filters against archives that would harm."""

import tarfile

if not hasattr(tarfile, "data_filter"):  # pragma: no cover - Python 3.11.4 is the first to have it
    # Debian 12, and so the images, have 3.11.2.
    from backports import tarfile  # type: ignore[import-not-found,no-redef]

__all__ = ["tarfile"]
