"""The IDX format."""

import numpy as np
import pytest

from dioptra.datasets.idx import parse_idx
from dioptra.sdk.exceptions import DatasetError

LABELS = bytes([0, 0, 8, 1]) + (3).to_bytes(4) + bytes([7, 2, 1])


def test_labels_are_the_bytes_after_the_head() -> None:
    assert parse_idx(LABELS, "labels").tolist() == [7, 2, 1]


def test_images_have_the_dimensions_of_the_head() -> None:
    content = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4) for n in (2, 1, 3)) + bytes(range(6))
    images = parse_idx(content, "images")
    assert images.dtype == np.uint8
    assert images.tolist() == [[[0, 1, 2]], [[3, 4, 5]]]


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"\x00\x00\x0d\x01" + bytes(8)])
def test_another_format_is_named(content: bytes) -> None:
    with pytest.raises(DatasetError, match="'labels' is not an IDX file"):
        parse_idx(content, "labels")


@pytest.mark.parametrize("content", [LABELS[:-1], LABELS + b"\x00"])
def test_a_wrong_length_is_an_error(content: bytes) -> None:
    with pytest.raises(DatasetError, match="does not have the length"):
        parse_idx(content, "labels")
