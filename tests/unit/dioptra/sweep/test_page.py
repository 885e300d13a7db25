import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from dioptra.report.text import TO
from dioptra.sdk import requirements
from dioptra.sdk.exceptions import MissingRequirementError, ResultsError
from dioptra.sweep.grid import Point
from dioptra.sweep.page import write_sweep_report
from dioptra.sweep.record import Record, open_record

PLAN = {"project": "example", "entry_point": "attack"}
VALUES = [(model, eps, seed) for model in "ab" for eps in (0.1, 0.2) for seed in (1, 2)]


def make_point(number: int, model: str, eps: float, seed: int) -> Point:
    parameters = {"model": model, "eps": eps, "norm": "inf", "seed": seed}
    return Point(str(number), {name: str(value) for name, value in parameters.items()}, parameters)


POINTS = [make_point(number, *values) for number, values in enumerate(VALUES)]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return open_record(tmp_path / "mine", PLAN, POINTS)


def finish(record: Record, points: list[Point]) -> None:
    for point in points:
        accuracy = 1 - point.parameters["eps"] - point.parameters["seed"] / 10
        row = {"accuracy": accuracy, "n": 100, "linf_max": 0.1, "run_id": "abc", "name": "x"}
        record.add(point, row)


def text_of(record: Record) -> str:
    return write_sweep_report(record.folder).read_text(encoding="utf-8")


def rows_of(text: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_a_sweep_that_has_finished_shows_its_curves_and_numbers(record: Record) -> None:
    finish(record, POINTS)
    text = text_of(record)
    assert "<h1>Sweep mine</h1>" in text
    assert (
        "The entry point attack of example, at 8 points. It went over 2 values of model, "
        "2 values of eps and 2 values of seed. All have finished."
    ) in text
    over_seeds = ["75.0 %", "7.1 points", "±63.5 points", "70.0 %", "80.0 %", "2"]
    assert ["a", "0.1", *over_seeds, f"65.7{TO}82.5 %", "100"] in rows_of(text)
    assert "Bars: the 95&nbsp;% interval over images." in text
    assert "bands: from the lowest seed to the highest" in text
    assert 'aria-label="Accuracy over eps. a: 75.0 % at 0.1 and 65.0 % at 0.2; b: ' in text
    assert "All 8 points have finished." in text
    assert "what else was measured: linf_max, n, name." in text
    assert ["norm", "inf"] in rows_of(text)
    with Image.open(record.folder / "curves.png") as picture:
        assert picture.width == 1024


def test_equal_records_give_equal_bytes(record: Record, tmp_path: Path) -> None:
    other = open_record(tmp_path / "other" / "mine", PLAN, POINTS)
    finish(record, POINTS)
    finish(other, POINTS[::-1])
    assert text_of(record) == text_of(other)
    pictures = [(each.folder / "curves.png").read_bytes() for each in (record, other)]
    assert pictures[0] == pictures[1]


def test_points_that_failed_or_did_not_run_are_named(record: Record) -> None:
    finish(record, POINTS[2:])
    record.fail(POINTS[0], ValueError("<odd>"))
    text = text_of(record)
    assert "6 of 8 have finished." in text
    assert "<strong>2 of 8</strong> points are missing" in text
    assert ["model=a eps=0.1 norm=inf seed=1", "ValueError: &lt;odd&gt;"] in rows_of(text)
    assert ["model=a eps=0.1 norm=inf seed=2", "has not run to its end"] in rows_of(text)


def test_one_seed_has_no_spread_and_the_page_says_so(tmp_path: Path) -> None:
    record = open_record(tmp_path / "one", PLAN, POINTS[::2])
    finish(record, POINTS[::2])
    text = text_of(record)
    dash = "–"  # noqa: RUF001
    assert [
        "a",
        "0.1",
        "80.0 %",
        dash,
        dash,
        "80.0 %",
        "80.0 %",
        "1",
        f"71.1{TO}86.7 %",
        "100",
    ] in rows_of(text)
    assert "Each number comes from one seed" in text
    assert "bands" not in text


def test_without_a_number_of_images_their_interval_is_a_dash(record: Record) -> None:
    for point in POINTS:
        record.add(point, {"accuracy": 1 - point.parameters["eps"]})
    text = text_of(record)
    dash = "–"  # noqa: RUF001
    numbers = ["90.0 %", "0.0 points", dash, "90.0 %", "90.0 %", "2"]
    assert ["a", "0.1", *numbers, dash, dash] in rows_of(text)
    assert "Bars:" not in text


def test_without_a_finished_point_the_page_says_what_is_missing(record: Record) -> None:
    text = text_of(record)
    assert "There is no curve" in text
    assert "No point that has finished gave a number." in text
    assert "<strong>8 of 8</strong>" in text
    assert not (record.folder / "curves.png").exists()


def test_without_an_accuracy_all_numbers_are_shown(record: Record) -> None:
    for number, point in enumerate(POINTS):
        record.add(point, {"square": number**2})
    text = text_of(record)
    assert "<caption><span>Square</span></caption>" in text
    assert ["a", "0.1", "0.5000", "0.7071", "±6.353", "0.000", "1.000", "2"] in rows_of(text)


def test_the_page_asks_for_nothing_from_elsewhere(record: Record) -> None:
    finish(record, POINTS)
    text = text_of(record)
    assert set(re.findall(r'\b(?:src|href)="([^"#]*)', text)) == {"", "data:,"}
    assert "<script" not in text
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', text)) <= set(ids)


def test_a_folder_that_is_no_sweep_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="name the folder of a sweep"):
        write_sweep_report(tmp_path)


def test_without_scipy_the_error_says_what_to_install(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[str, Any] = {"scipy": None}
    monkeypatch.setattr(requirements, "find_spec", lambda name: found.get(name, name))
    with pytest.raises(MissingRequirementError, match="the report of a sweep needs scipy"):
        write_sweep_report(record.folder)
