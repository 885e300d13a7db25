from dioptra.report.schema import Durations
from dioptra.report.timing import overhead_share, steps


def test_steps_end_with_overhead_and_total() -> None:
    durations = Durations.model_validate({"total": 10.0, "overhead": 2.0, "x": 1.0, "data": 7.0})
    assert steps(durations) == [
        ("data", 7.0, 0.7),
        ("x", 1.0, 0.1),
        ("overhead", 2.0, 0.2),
        ("total", 10.0, 1.0),
    ]


def test_the_overhead_is_a_share_of_the_total() -> None:
    assert overhead_share(Durations(overhead=24.7, total=140.0)) == 24.7 / 140


def test_without_a_total_there_are_no_shares() -> None:
    assert steps(Durations(data=1.0)) == [("data", 1.0, None)]
    assert overhead_share(Durations(overhead=1.0)) is None


def test_a_total_of_nothing_has_no_shares() -> None:
    assert overhead_share(Durations(overhead=0.0, total=0.0)) is None


def test_nothing_measured_is_no_step() -> None:
    assert steps(Durations()) == []
    assert overhead_share(Durations(total=1.0)) is None
