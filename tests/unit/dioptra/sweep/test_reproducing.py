import json
import math
from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest

from dioptra.provenance import Comparison, Weight, read_result, reproduce
from dioptra.sdk.exceptions import EntryPointNotFoundError, ResultsError, SweepError
from dioptra.sweep import read_record, read_sweep, reproduce_sweep, sweep

AREAS = """
    import os
    from pathlib import Path
    from dioptra import pyplugs
    from prefect import flow

    @flow
    def area(
        width: float, depth: float = 2.0, version: str = "latest", data_dir: Path | None = None
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
        return {"run_id": run.info.run_id, "ratio": width / depth, "by": found}
"""
PLAIN = """
    from prefect import flow

    @flow
    def plain(number: int = 1):
        return {"square": number**2, "odd": float("nan")}
"""


@pytest.fixture
def project(
    write_project: Callable[..., Path],
    own_modules: None,  # noqa: ARG001 - it forgets the project's
    prefect_server: str,  # noqa: ARG001 - the sweeps run on it
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    monkeypatch.setenv("NEWEST", "3")
    return write_project("areas", area=AREAS, plain=PLAIN)


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


def test_a_sweep_is_made_again_under_another_name(swept: Path) -> None:
    said: list[str] = []
    comparison = reproduce_sweep(swept, say=said.append)
    assert comparison.passed, comparison.differences
    assert said == ["1 of 2: width=1", "2 of 2: width=2"]
    (made,) = (folder for folder in swept.parent.iterdir() if folder != swept)
    assert made.name.startswith("areas-area-reproduced-")
    runs = [set(read_record(folder).rows) for folder in (swept, made)]
    # The same points but for the version, which is named now; in runs of their own.
    assert [len(ids) for ids in runs] == [2, 2]


def test_each_point_is_a_result_that_is_made_again_by_itself(swept: Path, project: Path) -> None:
    first, _ = read_record(swept).rows.values()
    manifest = read_result(first["run_id"])["manifest"]
    assert manifest["entry_point"] == {"project": str(project), "name": "area"}
    assert manifest["parameters"] == {
        "width": "1.0",
        "depth": "3.0",
        "version": "3",
        "data_dir": "none",
    }
    assert reproduce(first["run_id"]).passed
    assert list_by(reproduce(first["run_id"], changes={"width": "2"})) == [
        "manifest.parameters.width",
        "metrics.area",
        "parameters.width",
    ]


def test_a_part_of_a_point_is_none(swept: Path) -> None:
    assert read_result(part_of(swept))["manifest"]["entry_point"] is None
    with pytest.raises(ResultsError, match="as a part of something else"):
        reproduce(part_of(swept))


def part_of(folder: Path) -> str:
    row, _ = read_record(folder).rows.values()
    (part,) = mlflow.search_runs(
        search_all_experiments=True,
        filter_string=f"tags.`mlflow.parentRunId` = '{row['run_id']}'",
        output_format="list",
    )
    return str(part.info.run_id)


def test_code_that_matters_is_named_beside_the_points_that_it_changes(
    swept: Path, project: Path
) -> None:
    changed = edit(project, "width * depth", "max(width, 1.5) * depth")
    comparison = reproduce_sweep(swept, changed, say=quiet)
    assert list_by(comparison) == ["points.width=1.0.metrics.area"]
    assert "manifest.code.changed/src/area.py" in list_by(comparison, Weight.CIRCUMSTANCE)


def test_a_part_of_a_sweep_is_compared_with_that_part(swept: Path) -> None:
    assert reproduce_sweep(swept, changes={"width": "2"}, say=quiet).passed


def test_a_parameter_that_was_fixed_is_named_with_what_it_changes(swept: Path) -> None:
    assert list_by(reproduce_sweep(swept, changes={"depth": "2"}, say=quiet)) == [
        "manifest.parameters.depth",
        *(
            f"points.width={width}.{field}"
            for width in ("1.0", "2.0")
            for field in ("metrics.area", "parameters.depth", "row.ratio")
        ),
    ]


def test_a_point_that_is_not_recorded_is_no_pass(swept: Path) -> None:
    faults = list_by(reproduce_sweep(swept, changes={"width": "2,5"}, say=quiet))
    assert "points.width=5.0.metrics.area" in faults
    assert "manifest.parameters.width" in faults


def test_what_all_points_settled_alike_is_used_again(
    swept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWEST", "4")
    assert reproduce_sweep(swept, say=quiet).passed


def test_what_every_point_settled_by_itself_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "src" / "area.py").write_text(
        (project / "src" / "area.py").read_text().replace('os.environ["NEWEST"]', "str(width)")
    )
    swept = sweep(project, "area", [("width", "1:2")], say=quiet)
    assert reproduce_sweep(swept, say=quiet).passed
    # One value for all would not be what was recorded.
    monkeypatch.setenv("NEWEST", "1.0")
    changed = edit(project, "str(width)", 'os.environ["NEWEST"]')
    faults = list_by(reproduce_sweep(swept, changed, say=quiet))
    assert "points.width=2.0.parameters.used_version" in faults
    assert not [field for field in faults if "width=1.0" in field]


def test_points_without_a_run_are_compared_by_what_they_gave(project: Path) -> None:
    swept = sweep(project, "plain", [("number", "1:3")], say=quiet)
    result = read_sweep(swept)
    assert result == {
        "points": {
            f"number={number}": {"row": {"square": number**2, "odd": "nan"}} for number in (1, 2, 3)
        },
        "manifest": {"parameters": {}},
    }
    with pytest.raises(EntryPointNotFoundError, match="'areas' here; name it: --project"):
        reproduce_sweep(swept, say=quiet)
    assert reproduce_sweep(swept, project, say=quiet).passed


def test_a_sweep_of_one_point_has_a_name_for_it(project: Path) -> None:
    assert list(read_sweep(sweep(project, "plain", [], say=quiet))["points"]) == ["the only one"]


def test_a_sweep_that_has_not_finished_is_refused(project: Path, workspace: Path) -> None:
    with pytest.raises(SweepError, match=r"1 of 2 points failed, .*ZeroDivisionError"):
        sweep(project, "area", [("width", "1"), ("depth", "0,1")], say=quiet)
    folder = workspace / "results" / "sweeps" / "areas-area"
    with pytest.raises(ResultsError, match=r"1 of 2 points of the sweep .* have not finished"):
        read_sweep(folder)


def test_a_row_that_was_edited_is_refused(swept: Path) -> None:
    path = swept / "points.jsonl"
    path.write_text(path.read_text().replace('"area": 3.0', '"area": 4.0'))
    with pytest.raises(ResultsError, match=r"points\.jsonl:1 was edited"):
        reproduce_sweep(swept, say=quiet)


def test_a_number_that_is_none_equals_itself(project: Path) -> None:
    swept = sweep(project, "plain", [("number", "1:2")], say=quiet)
    rows = read_record(swept).rows.values()
    assert all(math.isnan(row["odd"]) for row in rows)
    assert json.dumps(read_sweep(swept), allow_nan=False)
