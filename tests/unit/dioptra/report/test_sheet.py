import colorsys

import pytest
from matplotlib.figure import Figure

from dioptra.report.sheet import Sheet


def test_an_image_is_drawn_from_its_top_left_corner_in_inches() -> None:
    import numpy as np

    axes = Figure().add_axes((0, 0, 1, 1))
    Sheet(axes, tall=0.5, limit=1).image(np.zeros((1, 2, 1), np.uint8), left=2, top=3)
    assert tuple(axes.images[0].get_extent()) == pytest.approx((2, 2.9, 3.5, 3))


@pytest.mark.parametrize(("change", "hue"), [(0.2, "red"), (-0.2, "blue")])
def test_brighter_is_red_and_darker_blue(change: float, hue: str) -> None:
    axes = Figure().add_axes((0, 0, 1, 1))
    Sheet(axes, tall=1, limit=0.2).change([[change]], left=0, top=0)
    red, green, blue, _ = axes.images[0].to_rgba(change)
    turned, saturation, _ = colorsys.rgb_to_hsv(red, green, blue)
    assert saturation > 0.5
    assert (0.5 < turned < 0.7) == (hue == "blue")


def test_no_change_is_white() -> None:
    axes = Figure().add_axes((0, 0, 1, 1))
    Sheet(axes, tall=1, limit=0.2).change([[0.0]], left=0, top=0)
    assert min(axes.images[0].to_rgba(0.0)[:3]) > 0.95
