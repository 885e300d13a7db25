"""A data set says what it is, from its files."""

import json
from pathlib import Path

import pytest
from PIL import Image

from dioptra.datasets import DataContract, describe_data
from dioptra.sdk.exceptions import DatasetError
from dioptra.sdk.hashing import hash_folder


def test_a_data_set_has_classes_a_size_counts_and_a_hash(folder: Path) -> None:
    expected = DataContract(("a", "b"), (3, 2, 1), (1, 2), hash_folder(folder))
    assert describe_data(folder) == expected
    assert expected.n == 3


def test_an_image_of_another_size_is_named_beside_the_first(folder: Path) -> None:
    Image.new("L", (5, 9)).save(folder / "b" / "2.png")
    first, other = (str(folder / name) for name in ("a/1.png", "b/2.png"))
    with pytest.raises(DatasetError) as caught:
        describe_data(folder)
    assert f"{other!r} is 9 x 5 pixels (height x width), but {first!r} is 3 x 2" in str(
        caught.value
    )


def test_an_image_of_other_channels_is_named_beside_the_first(folder: Path) -> None:
    Image.new("RGB", (2, 3)).save(folder / "b" / "2.png")
    with pytest.raises(DatasetError, match=r"2\.png' is RGB, but '.*1\.png' is grey"):
        describe_data(folder)


def test_strays_change_nothing(folder: Path) -> None:
    clean = describe_data(folder)
    for name in (".DS_Store", "Thumbs.db"):
        (folder / "a" / name).write_text("stray")
    assert describe_data(folder) == clean


def test_a_contract_can_be_written_as_json(folder: Path) -> None:
    assert json.loads(json.dumps(describe_data(folder).to_json())) == {
        "class_names": ["a", "b"],
        "image_size": [3, 2, 1],
        "counts": {"a": 1, "b": 2},
        "n": 3,
        "sha256": hash_folder(folder),
    }
