from io import BytesIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from dioptra.report.drawing import drawing_style, save_png, svg


def _figure() -> Figure:
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([0, 1], label="$x$ <b>")
    return figure


def test_the_users_own_settings_neither_count_nor_change() -> None:
    with mpl.rc_context({"lines.linewidth": 9.0, "font.size": 30.0}):
        with drawing_style():
            assert mpl.rcParams["lines.linewidth"] == mpl.rcParamsDefault["lines.linewidth"]
            assert mpl.rcParams["font.size"] == 11
        assert mpl.rcParams["font.size"] == 30


def test_a_png_holds_no_date_and_no_program(tmp_path: Path) -> None:
    with drawing_style():
        save_png(_figure(), tmp_path / "new" / "picture.png")
    content = (tmp_path / "new" / "picture.png").read_bytes()
    with Image.open(BytesIO(content)) as image:
        assert image.info.keys() <= {"dpi"}
        assert image.size == (320, 160)


def test_an_svg_is_an_element_without_metadata() -> None:
    with drawing_style():
        text = svg(_figure(), "curves")
    assert text.startswith("<svg ")
    assert text.endswith("</svg>\n")
    assert "metadata" not in text


def test_every_id_of_an_svg_and_every_use_of_one_has_the_prefix() -> None:
    with drawing_style():
        text = svg(_figure(), "curves")
    assert text.count(' id="') == text.count(' id="curves-') > 0
    assert text.count('href="#') == text.count('href="#curves-') > 0
    assert text.count("url(#") == text.count("url(#curves-") > 0


def test_the_same_figure_gives_the_same_svg() -> None:
    with drawing_style():
        assert svg(_figure(), "x") == svg(_figure(), "x")
