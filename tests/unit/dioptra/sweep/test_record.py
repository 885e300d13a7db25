import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from dioptra.sdk.exceptions import ResultsError
from dioptra.sdk.interrupts import noting_interrupts
from dioptra.sweep.grid import Point
from dioptra.sweep.record import DONE, FAILED, PLAN, is_sweep, open_record, read_record

PLAN_OF_TWO = {"entry_point": "attack", "parameters": [["eps", "0.1,0.2"]]}
POINTS = [Point(str(number), {"eps": str(number)}, {"eps": number}) for number in (1, 2)]


def reopen(folder: Path, **changes: Any) -> Any:
    return open_record(folder, {**PLAN_OF_TWO, **changes}, POINTS)


def test_what_was_written_down_is_there_at_the_next_start(tmp_path: Path) -> None:
    record = reopen(tmp_path / "new")
    assert not record.is_done(POINTS[0])
    record.add(POINTS[0], {"accuracy": 0.5})
    again = reopen(tmp_path / "new")
    assert again.rows == {"1": {"accuracy": 0.5}}
    assert again.is_done(POINTS[0])
    assert not again.is_done(POINTS[1])


def test_an_interrupt_while_a_point_is_written_down_leaves_it_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = reopen(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda _: os.kill(os.getpid(), signal.SIGTERM))
    with noting_interrupts(), pytest.raises(KeyboardInterrupt):
        record.add(POINTS[0], {"accuracy": 0.5})
    with noting_interrupts(), pytest.raises(KeyboardInterrupt):
        record.fail(POINTS[1], ValueError("odd"))
    again = reopen(tmp_path)
    assert record.rows == again.rows == {"1": {"accuracy": 0.5}}
    assert record.failures == again.failures == {"2": "ValueError: odd"}


def test_a_line_that_was_cut_off_does_not_count_and_is_removed(tmp_path: Path) -> None:
    reopen(tmp_path).add(POINTS[0], {"accuracy": 0.5})
    whole = (tmp_path / DONE).read_bytes()
    for length in range(1, 20):
        (tmp_path / DONE).write_bytes(whole + b'{"point": "2", "row": {}}'[:length])
        record = reopen(tmp_path)
        assert list(record.rows) == ["1"]
        assert (tmp_path / DONE).read_bytes() == whole


@pytest.mark.parametrize("value", [0.25, float("nan"), float("inf"), 3, "text"])
def test_whatever_a_point_gave_is_read_as_it_was_written(tmp_path: Path, value: Any) -> None:
    reopen(tmp_path).add(POINTS[0], {"gave": value})
    assert repr(read_record(tmp_path).rows) == repr({"1": {"gave": value}})


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.25", "0.26"), ('"point": "1"', '"point": "2"'), ("accuracy", "robustness")],
)
def test_an_edited_line_is_refused(tmp_path: Path, old: str, new: str) -> None:
    reopen(tmp_path).add(POINTS[0], {"accuracy": 0.25})
    text = (tmp_path / DONE).read_text()
    assert old in text
    (tmp_path / DONE).write_text(text.replace(old, new))
    for read in (read_record, reopen):
        with pytest.raises(
            ResultsError, match=r"points\.jsonl:1 was edited.* its point runs again"
        ):
            read(tmp_path)


def test_reading_leaves_a_line_that_is_being_written_alone(tmp_path: Path) -> None:
    reopen(tmp_path).add(POINTS[0], {"accuracy": 0.5})
    with (tmp_path / DONE).open("a") as file:
        file.write('{"point": ')
    before = (tmp_path / DONE).read_bytes()
    assert list(read_record(tmp_path).rows) == [POINTS[0].id]
    assert (tmp_path / DONE).read_bytes() == before


def test_another_sweep_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    reopen(tmp_path)
    with pytest.raises(ResultsError, match="holds a sweep of other parameters"):
        reopen(tmp_path, parameters=[["eps", "0.1"]])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"points.jsonl:1 is not JSON: .*; was it edited\?"),
        ('{"point": "3", "row": {}}', "points.jsonl:1: no point of this sweep"),
        ("[]", "points.jsonl:1: no point of this sweep"),
    ],
)
def test_an_edited_record_is_named_by_its_line(tmp_path: Path, line: str, message: str) -> None:
    reopen(tmp_path)
    (tmp_path / DONE).write_text(f"{line}\n")
    with pytest.raises(ResultsError, match=message):
        reopen(tmp_path)


def test_an_edited_plan_is_named(tmp_path: Path) -> None:
    reopen(tmp_path)
    assert PLAN_OF_TWO.items() < json.loads((tmp_path / PLAN).read_text()).items()
    (tmp_path / PLAN).write_text("{")
    with pytest.raises(ResultsError, match=r"sweep\.json is not JSON"):
        reopen(tmp_path)


def test_the_record_alone_names_the_points_and_what_was_swept(tmp_path: Path) -> None:
    reopen(tmp_path).add(POINTS[0], {"accuracy": 0.5})
    record = read_record(tmp_path)
    assert (record.plan, record.points) == (PLAN_OF_TWO, POINTS)
    assert record.rows == {"1": {"accuracy": 0.5}}


def test_a_failure_counts_until_the_point_finishes(tmp_path: Path) -> None:
    record = reopen(tmp_path)
    for message in ("first", "second"):
        record.fail(POINTS[1], ValueError(message))
    assert record.failures == reopen(tmp_path).failures == {"2": "ValueError: second"}
    record.add(POINTS[1], {})
    assert record.failures == reopen(tmp_path).failures == {}
    assert (tmp_path / FAILED).read_text().count("\n") == 2


def test_a_folder_without_a_record_is_no_sweep(tmp_path: Path) -> None:
    assert not is_sweep(tmp_path)
    with pytest.raises(ResultsError, match=r"sweep\.json does not exist; name the folder of a"):
        read_record(tmp_path)
    reopen(tmp_path)
    assert is_sweep(tmp_path)


@pytest.mark.parametrize("text", ["{}", "[]", '{"points": [{"id": "1"}]}', '{"points": 1}'])
def test_a_plan_without_its_points_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / PLAN).write_text(text)
    with pytest.raises(ResultsError, match="does not name its points"):
        read_record(tmp_path)
