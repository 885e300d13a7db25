from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dioptra.report.drawing import BAD, GOOD
from dioptra.report.images import describe_images, draw_images
from dioptra.report.samples import Group, read_samples


@pytest.fixture
def groups(folder: Path) -> list[Group]:
    return read_samples(folder)


def test_each_sample_has_three_images_and_the_picture_one_scale(groups: list[Group]) -> None:
    (axes,) = draw_images(groups).axes
    assert len(axes.images) == 4 * 3 + 1


def test_grey_images_are_shown_from_black_to_white_without_stretching(groups: list[Group]) -> None:
    (axes,) = draw_images(groups).axes
    clean, adversarial, _, *_ = axes.images
    assert clean.get_clim() == adversarial.get_clim() == (0, 255)
    shown = adversarial.get_array()
    assert shown is not None
    np.testing.assert_array_equal(shown, [[51, 0], [0, 0]])


def test_differences_share_one_symmetric_scale_that_is_stated(groups: list[Group]) -> None:
    (axes,) = draw_images(groups).axes
    assert {image.get_clim() for image in axes.images[2:12:3]} == {(-0.2, 0.2)}
    texts = [text.get_text() for text in axes.texts]
    assert texts[-3:] == ["−0.20 darker", "0", "brighter +0.20"]  # noqa: RUF001


def test_readings_are_marked_by_sign_and_colour(groups: list[Group]) -> None:
    (axes,) = draw_images(groups).axes
    colours = {text.get_text(): text.get_color() for text in axes.texts}
    assert colours["✓ zero"] == GOOD
    assert colours["✗ nine"] == BAD


def test_a_block_is_titled_with_the_attacked_model_and_eps(groups: list[Group]) -> None:
    (axes,) = draw_images(groups).axes
    titles = [text.get_text() for text in axes.texts if text.get_text().startswith("attack on")]
    assert titles == ["attack on a, eps 0.2", "attack on b, eps 0.2"]


def test_colour_images_are_shown_as_they_are(tmp_path: Path, samples: dict[str, Any]) -> None:
    for name in ("clean", "adversarial"):
        samples[name] = np.repeat(samples[name], 3, axis=-1)
    np.savez(tmp_path / "samples.npz", **samples)
    (axes,) = draw_images(read_samples(tmp_path)).axes
    shown = axes.images[1].get_array()
    assert shown is not None
    np.testing.assert_array_equal(shown, samples["adversarial"][2])


def test_tall_images_keep_their_shape(tmp_path: Path, samples: dict[str, Any]) -> None:
    for name in ("clean", "adversarial"):
        samples[name] = np.repeat(samples[name], 2, axis=1)
    np.savez(tmp_path / "samples.npz", **samples)
    (axes,) = draw_images(read_samples(tmp_path)).axes
    left, right, bottom, top = axes.images[0].get_extent()
    assert (bottom - top) / (right - left) == pytest.approx(2)


def test_the_description_tells_every_reading(groups: list[Group]) -> None:
    assert describe_images(groups[:1]) == (
        "Clean images, adversarial images and their differences. Attack on a, eps 0.2: zero read "
        "as zero clean and zero adversarial; one read as one clean and nine adversarial."
    )
