import pandas as pd
import pytest

from dioptra.sdk.intervals import wilson_interval
from dioptra.sweep.curves import describe_curves, draw_curves

PARAMETERS = ["model", "eps", "seed"]
GRID = pd.DataFrame(
    [
        {"model": model, "eps": eps, "seed": seed, "accuracy": 1 - eps - seed / 100}
        for model in ("le_net", "shallow_net")
        for eps in (0.2, 0.0, 0.1)
        for seed in (1, 3)
    ]
)


def test_a_line_is_the_mean_over_seeds_and_a_band_goes_from_the_lowest_to_the_highest() -> None:
    figure = draw_curves(GRID, PARAMETERS)
    assert figure is not None
    (axes,) = figure.axes
    assert [line.get_label() for line in axes.lines] == ["le_net", "shallow_net"]
    line = axes.lines[0].get_xydata().round(9).tolist()  # type: ignore[union-attr]
    assert line == [[0.0, 98.0], [0.1, 88.0], [0.2, 78.0]]
    band = axes.collections[0].get_paths()[0].vertices.round(9)  # type: ignore[union-attr]
    assert {tuple(point) for point in band} >= {(0.1, 87.0), (0.1, 89.0)}
    assert axes.get_xlabel() == "eps"


def test_an_accuracy_with_its_number_of_images_has_a_bar() -> None:
    figure = draw_curves(GRID.assign(n=100)[GRID["model"] == "le_net"], PARAMETERS)
    assert figure is not None
    bars = figure.axes[0].collections[1].get_segments()  # type: ignore[attr-defined]
    ends = [100 * end for end in wilson_interval(98, 100)]
    assert bars[0][:, 1].tolist() == pytest.approx(ends)


def test_the_words_tell_both_ends_of_each_line() -> None:
    assert describe_curves(GRID, PARAMETERS) == (
        "Accuracy over eps. le_net: 98.0 % at 0 and 78.0 % at 0.2; "
        "shallow_net: 98.0 % at 0 and 78.0 % at 0.2."
    )


def test_values_may_be_lists() -> None:
    table = GRID.assign(model=[[name] for name in GRID["model"]])
    assert describe_curves(table, PARAMETERS).startswith("Accuracy over eps. ['le_net']: 98.0 %")


def test_without_another_parameter_there_is_one_line_and_no_legend() -> None:
    figure = draw_curves(GRID[GRID["model"] == "le_net"], PARAMETERS)
    assert figure is not None
    assert len(figure.axes[0].lines) == 1
    assert figure.axes[0].get_legend() is None


@pytest.mark.parametrize(
    ("table", "parameters"),
    [
        (GRID.drop(columns="accuracy"), PARAMETERS),
        (GRID[GRID["eps"] == 0.1], PARAMETERS),
        (GRID, ["model"]),
        (GRID.iloc[:0], ["eps"]),
        (pd.DataFrame(), ["eps"]),
    ],
)
def test_without_a_swept_number_or_an_accuracy_nothing_is_drawn(
    table: pd.DataFrame, parameters: list[str]
) -> None:
    assert draw_curves(table, parameters) is None
    assert not describe_curves(table, parameters)
