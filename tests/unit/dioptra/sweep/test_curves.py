from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from dioptra.sweep.curves import draw_curves

GRID = pd.DataFrame(
    [
        {"model": model, "eps": eps, "seed": seed, "accuracy": 1 - eps - seed / 100}
        for model in ("le_net", "shallow_net")
        for eps in (0.0, 0.1, 0.2)
        for seed in (1, 2)
    ]
)


def test_accuracy_over_the_swept_number_is_drawn_as_the_same_file_each_time(
    tmp_path: Path,
) -> None:
    for name in ("a.png", "b.png"):
        assert draw_curves(GRID, ["model", "eps", "seed"], tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width == 1024


@pytest.mark.parametrize("column", ["model", "seed"])
def test_another_value_gives_another_picture(tmp_path: Path, column: str) -> None:
    draw_curves(GRID, ["model", "eps", "seed"], tmp_path / "all.png")
    part = GRID[GRID[column] == GRID[column].iloc[0]]
    draw_curves(part, ["model", "eps", "seed"], tmp_path / "part.png")
    assert (tmp_path / "all.png").read_bytes() != (tmp_path / "part.png").read_bytes()


@pytest.mark.parametrize(
    ("table", "parameters"),
    [
        (GRID.drop(columns="accuracy"), ["model", "eps", "seed"]),
        (GRID[GRID["eps"] == 0.1], ["model", "eps", "seed"]),
        (GRID, ["model"]),
        (GRID.iloc[:0], ["eps"]),
        (pd.DataFrame(), ["eps"]),
    ],
)
def test_without_a_swept_number_or_an_accuracy_nothing_is_drawn(
    tmp_path: Path, table: pd.DataFrame, parameters: list[str]
) -> None:
    assert not draw_curves(table, parameters, tmp_path / "x.png")
    assert not (tmp_path / "x.png").exists()
