# SPDX-License-Identifier: Apache-2.0
"""The IDX format of the MNIST files (Y. LeCun, C. Cortes and C. J. C. Burges)."""

from typing import TYPE_CHECKING

from dioptra.sdk.exceptions import DatasetError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNSIGNED_BYTES = b"\x00\x00\x08"


def parse_idx(content: bytes, name: str) -> "NDArray[np.uint8]":
    """Parse an IDX file of unsigned bytes.

    Args:
        content: The file's content, uncompressed: two zero bytes, the type 8, the number of
            dimensions, each dimension as a big-endian int32, and the values.
        name: The file's name, for messages.

    Returns:
        uint8 of the file's dimensions: [n] for labels, [n, rows, columns] for images.

    Raises:
        DatasetError: The content is no such file, or is longer or shorter than its head says.
    """
    import numpy as np

    if len(content) < 4 or not content.startswith(UNSIGNED_BYTES):  # noqa: PLR2004 - the magic number
        raise DatasetError(f"{name!r} is not an IDX file of unsigned bytes")
    head = 4 + 4 * content[3]
    shape = tuple(int.from_bytes(content[place : place + 4]) for place in range(4, head, 4))
    if len(content) != head + int(np.prod(shape, dtype=np.int64)):
        raise DatasetError(f"the IDX file {name!r} does not have the length that its head gives")
    return np.frombuffer(content, np.uint8, offset=head).reshape(shape)
