from pathlib import Path
from typing import Any

import pytest

from dioptra.sdk.intervals import wilson_interval
from dioptra.sweep.grid import Point
from dioptra.sweep.record import open_record
from dioptra.sweep.table import is_interval, make_table


def table_of(folder: Path, points: dict[tuple[float, int], dict[str, Any]]) -> Any:
    """The table of points, by eps and seed."""
    made = [
        Point(f"{eps} {seed}", {"eps": str(eps), "seed": str(seed)}, {"eps": eps, "seed": seed})
        for eps, seed in points
    ]
    record = open_record(folder, {"project": "p", "entry_point": "e"}, made)
    for point, row in zip(made, points.values(), strict=True):
        record.add(point, row)
    return make_table(record)


def test_an_accuracy_of_n_images_has_wilsons_interval_beside_it(tmp_path: Path) -> None:
    table = table_of(tmp_path, {(0.1, 1): {"accuracy": 0.5, "n": 100}})
    assert list(table.columns) == ["eps", "seed", "accuracy", "accuracy_low", "accuracy_high", "n"]
    assert (table["accuracy_low"][0], table["accuracy_high"][0]) == wilson_interval(50, 100)


def test_a_clean_accuracy_stands_on_the_test_images(tmp_path: Path) -> None:
    row = {"clean_accuracy": 0.9, "val_accuracy": 0.8, "n_test": 10}
    table = table_of(tmp_path, {(0.1, 1): row})
    assert table["clean_accuracy_low"][0] == wilson_interval(9, 10).low
    assert "val_accuracy_low" not in table


def test_an_interval_that_the_entry_point_gave_is_kept(tmp_path: Path) -> None:
    row = {"accuracy": 0.5, "accuracy_low": 0.1, "accuracy_high": 0.9, "n": 10}
    table = table_of(tmp_path, {(0.1, 1): row})
    assert (table["accuracy_low"][0], table["accuracy_high"][0]) == (0.1, 0.9)


def test_an_older_point_without_a_number_of_images_has_an_empty_cell(tmp_path: Path) -> None:
    points = {(0.1, 1): {"accuracy": 0.5, "n": 10}, (0.2, 1): {"accuracy": 0.4}}
    assert table_of(tmp_path, points)["accuracy_low"].isna().tolist() == [False, True]


def test_several_seeds_have_students_interval_in_columns_of_their_own(tmp_path: Path) -> None:
    points = {(0.1, 1): 0.4, (0.1, 2): 0.5, (0.1, 3): 0.6, (0.2, 1): 0.3}
    table = table_of(tmp_path, {key: {"accuracy": value} for key, value in points.items()})
    margin = 4.3027 * 0.1 / 3**0.5
    assert table["accuracy_seeds_low"][:3].tolist() == pytest.approx([0.5 - margin] * 3, rel=1e-4)
    assert table["accuracy_seeds_high"][:3].tolist() == pytest.approx([0.5 + margin] * 3, rel=1e-4)
    assert table["accuracy_seeds_low"].isna()[3]


def test_a_sweep_over_seeds_alone_has_one_interval_over_them(tmp_path: Path) -> None:
    table = table_of(tmp_path, {(0.1, 1): {"accuracy": 0.1}, (0.1, 2): {"accuracy": 0.9}})
    # Two numbers that far apart say nothing, and no share is outside of [0, 1].
    assert table["accuracy_seeds_low"].tolist() == [0, 0]
    assert table["accuracy_seeds_high"].tolist() == [1, 1]


def test_one_seed_has_no_columns_of_seeds(tmp_path: Path) -> None:
    table = table_of(tmp_path, {(0.1, 1): {"accuracy": 0.5}, (0.2, 1): {"accuracy": 0.4}})
    assert list(table.columns) == ["eps", "seed", "accuracy"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("accuracy_low", True),
        ("clean_accuracy_seeds_high", True),
        ("accuracy", False),
        ("slow", False),
    ],
)
def test_intervals_are_known_by_their_columns_names(column: str, expected: bool) -> None:
    assert is_interval(column) == expected
