import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import __main__ as command
from benchmarks.results import Bar, Outcome

Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command over one subject that gives these values of a bar of 2, and its status."""

    def run_command(values: list[float], *words: str, busy: float = 0.0) -> int:
        left = iter(values)

        def subject(_: Any) -> Outcome:
            return Outcome(bars=[Bar("speed", next(left), 2, noise=0.1)])

        def open_workbench(_: Path, rounds: int, quick: bool) -> SimpleNamespace:
            return SimpleNamespace(rounds=rounds, quick=quick)

        monkeypatch.setitem(
            sys.modules, "benchmarks.subjects.reading", SimpleNamespace(run=subject)
        )
        monkeypatch.setattr(command, "open_workbench", open_workbench)
        monkeypatch.setattr(command, "OtherWork", lambda: SimpleNamespace(share=lambda: busy))
        monkeypatch.setattr(sys, "argv", ["benchmarks", "--only", "reading", *words])
        with pytest.raises(SystemExit) as ended:
            command.main()
        assert list(left) == []
        return int(ended.value.code or 0)

    return run_command


@pytest.mark.parametrize(
    ("values", "status"), [([2.5], 0), ([1.75], 0), ([1.5, 2.5], 0), ([1.5, 1.6], 1)]
)
def test_the_quick_mode_times_once_more_what_misses_its_bar(
    run: Run, values: list[float], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(values, "--quick") == status
    said = capsys.readouterr().err
    assert ("timed once more" in said) == (len(values) == 2)
    assert ("missed by more than the noise: speed" in said) == (status == 1)


@pytest.mark.parametrize(("busy", "status"), [(0.05, 1), (0.3, 0)])
def test_beside_other_work_the_quick_mode_gives_no_verdict(
    run: Run, busy: float, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([1.5, 1.5], "--quick", busy=busy) == status
    said = capsys.readouterr().err
    assert f"other work took {busy:.0%} of the cores meanwhile" in said
    assert ("no verdict" in said) == (status == 0)


def test_a_bar_counts_as_missed_where_it_is_missed_twice() -> None:
    first, second = (
        Outcome(bars=[Bar(name, value, 2) for name, value in zip("ab", values, strict=True)])
        for values in ([1, 3], [3, 1])
    )
    left = iter([first, second])
    module = SimpleNamespace(run=lambda _: next(left))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "benchmarks.subjects.both", module)
        outcome = command._time("both", SimpleNamespace(quick=True))
    assert [bar.value for bar in outcome.bars] == [3, 3]


def test_the_whole_says_what_it_measured_first(run: Run, tmp_path: Path) -> None:
    assert run([1.5], "--results", str(tmp_path / "results.json"), busy=0.9) == 1
