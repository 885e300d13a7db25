from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dioptra.report import PICTURES
from dioptra.report.pictures import write_pictures
from dioptra.report.samples import read_samples
from dioptra.report.schema import Results


@pytest.fixture
def checked(results: dict[str, Any]) -> Results:
    return Results.model_validate(results)


def test_every_picture_is_a_png(folder: Path, checked: Results) -> None:
    write_pictures(folder, checked, read_samples(folder))
    for name in PICTURES:
        with Image.open(folder / name) as image:
            assert image.format == "PNG"


def test_the_images_are_held_as_a_data_uri(folder: Path, checked: Results) -> None:
    pictures = write_pictures(folder, checked, read_samples(folder))
    assert pictures.images is not None
    assert pictures.images.startswith("data:image/png;base64,iVBOR")


def test_without_samples_an_older_picture_of_them_is_removed(
    folder: Path, checked: Results
) -> None:
    write_pictures(folder, checked, read_samples(folder))
    pictures = write_pictures(folder, checked, [])
    assert pictures.images is None
    assert sorted(path.name for path in (folder / "pictures").iterdir()) == [
        "curves.png",
        "transfer.png",
    ]
