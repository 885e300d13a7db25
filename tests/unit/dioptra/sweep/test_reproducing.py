import json
import math
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import mlflow
import pytest

from dioptra.entrypoint import load_entry_point
from dioptra.reproduction import Comparison, Weight, read_result, reproduce
from dioptra.sdk.exceptions import (
    EntryPointNotFoundError,
    ParameterError,
    ResultsError,
    SweepError,
)
from dioptra.sweep import compare_sweeps, read_record, reproduce_sweep, sweep

AREAS = """
    import os
    from pathlib import Path
    from dioptra import pyplugs
    from prefect import flow

    @flow
    def area(
        width: float,
        depth: float = 2,
        version: str = "latest",
        data_dir: Path | None = None,
        results_dir: Path = Path("made"),
    ):
        tracking = ("dioptra_builtins.tracking", "mlflow")
        with pyplugs.call(*tracking, "start_run", "areas", "area") as run:
            found = os.environ["NEWEST"] if version == "latest" else version
            used = {"width": width, "depth": depth, "version": version, "used_version": found,
                    "data_dir": data_dir, "used_data_dir": "/data"}
            pyplugs.call(*tracking, "log_parameters", parameters=used)
            pyplugs.call(*tracking, "log_metrics", metrics={"area": width * depth})
            with pyplugs.call(*tracking, "start_run", "areas", "part"):
                pass
        results_dir.mkdir(parents=True, exist_ok=True)
        (results_dir / f"{width}").write_text(run.info.run_id)
        return {"run_id": run.info.run_id, "ratio": width / depth, "by": found}
"""
PLAIN = """
    from prefect import flow

    @flow
    def plain(number: int = 1):
        return {"square": number**2, "odd": float("nan")}
"""
LISTED = """
    from prefect import flow

    @flow
    def listed(names: list[str], number: int = 1, options: dict[str, int] = {}):
        return {"joined": "+".join(names)}
"""
MUTE = """
    from prefect import flow

    @flow
    def mute(number: int = 1):
        pass
"""
RETURNED = """
    import random
    from dioptra import pyplugs
    from prefect import flow

    @flow
    def returned(number: int = 1):
        with pyplugs.call(
            "dioptra_builtins.tracking", "mlflow", "start_run", "areas", "returned"
        ) as run:
            return {"run_id": run.info.run_id, "drawn": random.SystemRandom().random()}
"""
CALLER = """
    from area import area
    from prefect import flow

    @flow
    def caller(width: float):
        return area(width + 1)
"""
OUTER = """
    from pathlib import Path
    from dioptra.sweep import sweep
    from prefect import flow

    @flow
    def outer(name: str = "inner"):
        project = Path(__file__).parents[1]
        return {"folder": str(sweep(project, "area", [("width", "1,2")], name, say=len))}
"""


@pytest.fixture
def project(
    write_project: Callable[..., Path],
    own_modules: None,  # noqa: ARG001 - it forgets the project's
    prefect_server: str,  # noqa: ARG001 - the sweeps run on it
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    monkeypatch.setenv("NEWEST", "3")
    texts = {"area": AREAS, "plain": PLAIN, "listed": LISTED, "mute": MUTE}
    made = write_project("areas", **texts, returned=RETURNED, caller=CALLER)
    # Where the default of results_dir is below.
    elsewhere = made.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return made


@pytest.fixture
def swept(project: Path) -> Path:
    """The folder of a sweep over two values of one parameter, with another that is fixed."""
    return sweep(project, "area", [("width", "1:2"), ("depth", "3")], say=quiet)


def quiet(_: str) -> None:
    pass


def list_by(comparison: Comparison, weight: Weight = Weight.FAULT) -> list[str]:
    return [one.field for one in comparison.list_by(weight)]


def edit(project: Path, old: str, new: str) -> Path:
    """Copy a project with a change in its code."""
    source = project.parent / "changed" / "src" / "area.py"
    source.parent.mkdir(parents=True)
    text = (project / "src" / "area.py").read_text()
    assert old in text
    source.write_text(text.replace(old, new))
    return source.parents[1]


def find_made(folder: Path) -> Path:
    (made,) = (other for other in folder.parent.iterdir() if other != folder)
    return made


def test_a_sweep_is_made_again_under_another_name(swept: Path) -> None:
    said: list[str] = []
    comparison = reproduce_sweep(swept, say=said.append)
    assert comparison.passed, comparison.differences
    # The circumstances, and of each point metrics, parameters and what was used.
    assert comparison.n_fields > 2 * 10
    assert said == ["1 of 2: width=1.0", "2 of 2: width=2.0"]
    assert find_made(swept).name.startswith("areas-area-reproduced-")


def test_results_are_not_written_over(swept: Path, workspace: Path) -> None:
    before = {file.name: file.read_text() for file in Path("made").iterdir()}
    assert set(before) == {"1.0", "2.0"}
    reproduce_sweep(swept, say=quiet)
    assert {file.name: file.read_text() for file in Path("made").iterdir()} == before
    made = workspace / "results" / "reproduced" / find_made(swept).name
    assert sorted(file.name for file in made.iterdir()) == ["1.0", "2.0"]


def test_results_that_each_point_wrote_somewhere_else_stay_apart(
    project: Path, workspace: Path
) -> None:
    given = [("width", "1"), ("results_dir", "first,second")]
    swept = sweep(project, "area", given, say=quiet)
    assert reproduce_sweep(swept, say=quiet).passed
    made = workspace / "results" / "reproduced" / find_made(swept).name
    assert sorted(str(file.relative_to(made)) for file in made.rglob("*.0")) == ["1/1.0", "2/1.0"]


def test_the_page_of_what_was_made_again_names_what_varied(swept: Path) -> None:
    reproduce_sweep(swept, say=quiet)
    texts = [(folder / "report.html").read_text() for folder in (swept, find_made(swept))]
    assert ["Every combination of these values" in text for text in texts] == [True, False]
    assert all("It went over 2 values of width." in text for text in texts)
    assert compare_sweeps(swept, find_made(swept)).passed


def test_what_was_made_again_can_be_made_again(swept: Path) -> None:
    reproduce_sweep(swept, say=quiet)
    assert reproduce_sweep(find_made(swept), changes=[("width", "1")], say=quiet).passed


def test_each_point_is_a_result_that_is_made_again_by_itself(swept: Path, project: Path) -> None:
    first, _ = read_record(swept).rows.values()
    manifest = read_result(first["run_id"])["manifest"]
    assert manifest["entry_point"] == {"project": str(project), "name": "area"}
    assert manifest["parameters"] == {
        "width": "1.0",
        "depth": "3.0",
        "version": "3",
        "data_dir": "none",
        "results_dir": "made",
    }
    assert manifest["places"] == ["results_dir"]
    assert reproduce(first["run_id"]).passed
    assert list_by(reproduce(first["run_id"], changes={"width": "2"})) == [
        "manifest.parameters.width",
        "metrics.area",
        "parameters.width",
    ]


def test_a_default_is_recorded_as_a_flow_run_takes_it(project: Path) -> None:
    swept = sweep(project, "area", [("width", "1")], say=quiet)
    (row,) = read_record(swept).rows.values()
    assert read_result(row["run_id"])["manifest"]["parameters"]["depth"] == "2.0"
    assert reproduce(row["run_id"]).passed


def test_a_part_of_a_point_is_none(swept: Path) -> None:
    row, _ = read_record(swept).rows.values()
    part = part_of_run(row["run_id"])
    assert read_result(part)["manifest"]["entry_point"] is None
    with pytest.raises(ResultsError, match="as a part of something else"):
        reproduce(part)


def part_of_run(run_id: str) -> str:
    (part,) = mlflow.search_runs(
        search_all_experiments=True,
        filter_string=f"tags.`mlflow.parentRunId` = '{run_id}'",
        output_format="list",
    )
    return str(part.info.run_id)


def test_the_run_of_a_sweep_is_no_result_of_a_flow_around_it(project: Path) -> None:
    # As in `reference`, an entry point of this project that sweeps.
    (project / "src" / "outer.py").write_text(dedent(OUTER))
    folder = Path(load_entry_point(project, "outer")()["folder"])
    run_id = (folder / "run_id").read_text().strip()
    assert read_result(run_id)["manifest"]["entry_point"] is None
    with pytest.raises(ResultsError, match="from the sweep's folder: results/sweeps/NAME"):
        reproduce(run_id)
    assert reproduce_sweep(folder, say=quiet).passed


def test_a_point_may_itself_sweep(project: Path) -> None:
    (project / "src" / "outer.py").write_text(dedent(OUTER))
    folder = sweep(project, "outer", [("name", "inner-1,inner-2")], say=quiet)
    assert len(read_record(folder).rows) == 2


def test_code_that_matters_is_named_beside_the_points_that_it_changes(
    swept: Path, project: Path
) -> None:
    changed = edit(project, "width * depth", "max(width, 1.5) * depth")
    comparison = reproduce_sweep(swept, changed, say=quiet)
    assert list_by(comparison) == ["points.width=1.metrics.area"]
    assert "manifest.code.changed/src/area.py" in list_by(comparison, Weight.CIRCUMSTANCE)


def test_a_default_that_is_another_now_does_not_matter(swept: Path, project: Path) -> None:
    assert reproduce_sweep(swept, edit(project, "depth: float = 2", "depth: float = 9")).passed


def test_a_part_of_a_sweep_is_compared_with_that_part(project: Path) -> None:
    swept = sweep(project, "area", [("width", "1:3"), ("depth", "1:2")], say=quiet)
    said: list[str] = []
    changes = [("width", "3,1.0"), ("depth", "2:2"), ("width", "3")]
    assert reproduce_sweep(swept, changes=changes, say=said.append).passed
    assert len(said) == 2


@pytest.mark.parametrize("changes", [[("width", "2")], [("width", "2,5")]])
def test_a_value_that_was_not_swept_is_named_before_anything_runs(
    project: Path, changes: list[tuple[str, str]]
) -> None:
    swept = sweep(project, "area", [("width", "1,3")], say=quiet)
    with pytest.raises(ResultsError, match=r"no point .* width=\d\.0; its values: 1\.0, 3\.0$"):
        reproduce_sweep(swept, changes=changes, say=quiet)
    assert list(swept.parent.iterdir()) == [swept]


def test_values_that_no_point_has_together_are_refused(project: Path) -> None:
    given = [("names", "a,b"), ("names", "c"), ("number", "1")]
    swept = sweep(project, "listed", given, say=quiet)
    assert reproduce_sweep(swept, project, [("names", "a,b")], say=quiet).passed
    with pytest.raises(ResultsError, match="no point of the sweep has names=a; its values: a,b, c"):
        reproduce_sweep(swept, project, [("names", "a")], say=quiet)


def test_a_parameter_that_was_fixed_is_named_with_what_it_changes(swept: Path) -> None:
    assert list_by(reproduce_sweep(swept, changes=[("depth", "2")], say=quiet)) == [
        f"points.width={width}.{field}"
        for width in (1, 2)
        for field in ("manifest.parameters.depth", "metrics.area", "parameters.depth")
    ]


def test_several_values_of_what_was_fixed_are_none(swept: Path) -> None:
    with pytest.raises(ParameterError, match="depth"):
        reproduce_sweep(swept, changes=[("depth", "3,4")], say=quiet)


def test_what_was_open_is_settled_for_each_point(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWEST", "by width")
    text = (project / "src" / "area.py").read_text()
    drawn = 'f"{width} {os.urandom(4).hex()}"'
    (project / "src" / "area.py").write_text(text.replace('os.environ["NEWEST"]', drawn))
    swept = sweep(project, "area", [("width", "1:2")], say=quiet)
    assert len({row["by"] for row in read_record(swept).rows.values()}) == 2
    assert reproduce_sweep(swept, say=quiet).passed


def test_points_without_a_run_are_compared_by_what_they_gave(project: Path) -> None:
    swept = sweep(project, "plain", [("number", "1:3")], say=quiet)
    assert all(math.isnan(row["odd"]) for row in read_record(swept).rows.values())
    with pytest.raises(EntryPointNotFoundError, match="'areas' here; name it: --project"):
        reproduce_sweep(swept, say=quiet)
    comparison = reproduce_sweep(swept, project, say=quiet)
    assert (comparison.n_fields, comparison.differences) == (6, ())


def test_points_that_gave_nothing_are_no_pass(project: Path) -> None:
    swept = sweep(project, "mute", [("number", "1:2")], say=quiet)
    with pytest.raises(ResultsError, match="number=1 gave nothing that could be compared"):
        reproduce_sweep(swept, project, say=quiet)
    with pytest.raises(ResultsError, match="number=1 gave nothing that could be compared"):
        compare_sweeps(swept, swept)


def test_numbers_that_were_returned_and_not_logged_are_compared(project: Path) -> None:
    swept = sweep(project, "returned", [("number", "1:2")], say=quiet)
    assert list_by(reproduce_sweep(swept, say=quiet)) == [
        f"points.number={number}.row.drawn" for number in (1, 2)
    ]


def test_a_point_that_fails_now_is_told_beside_the_others(swept: Path, project: Path) -> None:
    changed = edit(project, '"by": found', '"by": [found][int(width) - 1]')
    comparison = reproduce_sweep(swept, changed, say=quiet)
    faults = {one.field: one.second for one in comparison.list_by(Weight.FAULT)}
    assert faults.pop("points.width=2.failed") == "IndexError: list index out of range"
    assert set(faults.values()) == {"(missing)"}
    assert {field.split(".")[1] for field in faults} == {"width=2"}


def test_points_that_settle_alike_are_run_once(project: Path) -> None:
    swept = sweep(project, "area", [("width", "1"), ("version", "latest,3")], say=quiet)
    said: list[str] = []
    assert reproduce_sweep(swept, say=said.append).passed
    assert len(said) == 1


def test_the_run_of_another_entry_point_is_not_taken_for_that_of_a_point(project: Path) -> None:
    swept = sweep(project, "caller", [("width", "1:2")], say=quiet)
    with pytest.raises(ResultsError, match="returns the run_id of another run than its own"):
        reproduce_sweep(swept, say=quiet)


def test_a_run_that_does_not_name_its_entry_point_is_told(swept: Path) -> None:
    row, _ = read_record(swept).rows.values()
    rows = (swept / "points.jsonl").read_text().splitlines()
    (swept / "points.jsonl").unlink()
    record = read_record(swept)
    for line, point in zip(rows, record.points, strict=True):
        record.add(point, {**json.loads(line)["row"], "run_id": part_of_run(row["run_id"])})
    with pytest.raises(ResultsError, match="the run of width=2 does not say how it was made"):
        reproduce_sweep(swept, say=quiet)


def test_sweeps_are_compared_by_the_parameters_that_vary_in_either(project: Path) -> None:
    both, one, other = (
        sweep(project, "area", [("width", width), ("depth", "3")], name, say=quiet)
        for name, width in (("both", "1,2"), ("one", "2"), ("other", "2.0"))
    )
    assert compare_sweeps(one, other).passed
    fields = [one.field for one in compare_sweeps(both, one).differences]
    assert {field.split(".0.")[0] for field in fields} == {"points.width=1"}


def test_a_sweep_of_one_point_has_a_name_for_it(project: Path) -> None:
    swept = sweep(project, "area", [("width", "1")], say=quiet)
    faults = list_by(reproduce_sweep(swept, changes=[("width", "2")], say=quiet))
    assert "points.the only point.metrics.area" in faults


def test_a_sweep_that_has_not_finished_is_refused(project: Path, workspace: Path) -> None:
    with pytest.raises(SweepError, match=r"1 of 2 points failed, .*ZeroDivisionError"):
        sweep(project, "area", [("width", "1"), ("depth", "0,1")], say=quiet)
    folder = workspace / "results" / "sweeps" / "areas-area"
    with pytest.raises(ResultsError, match=r"1 of 2 points of the sweep .* have not finished"):
        reproduce_sweep(folder)


def test_a_row_that_was_edited_is_refused(swept: Path) -> None:
    path = swept / "points.jsonl"
    path.write_text(path.read_text().replace('"area": 3.0', '"area": 4.0'))
    with pytest.raises(ResultsError, match=r"points\.jsonl:1 was edited"):
        reproduce_sweep(swept, say=quiet)
