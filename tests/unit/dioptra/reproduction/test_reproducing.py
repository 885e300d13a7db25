import json
from pathlib import Path
from textwrap import dedent

import pytest

from dioptra.entrypoint import load_entry_point
from dioptra.reproduction import Comparison, Weight, reproduce
from dioptra.sdk.exceptions import EntryPointNotFoundError, ParameterError, ResultsError
from dioptra.sdk.seal import seal
from dioptra.sdk.workspace import find_workspace


def edit(project: Path, old: str, new: str) -> Path:
    """Copy a project with a change in its code."""
    source = project.parent / "changed" / "src" / "measure.py"
    source.parent.mkdir(parents=True)
    text = (project / "src" / "measure.py").read_text()
    assert old in text
    source.write_text(text.replace(old, new))
    return source.parents[1]


def test_a_run_is_made_again(project: Path) -> None:
    outcome = load_entry_point(project, "measure")(size=3)
    comparison = reproduce(outcome["run_id"])
    assert comparison.passed
    assert comparison.differences == ()


def test_a_changed_parameter_is_named_with_what_it_changes(project: Path) -> None:
    outcome = load_entry_point(project, "measure")(size=3)
    comparison = reproduce(outcome["run_id"], changes={"size": "4"})
    assert [one.field for one in comparison.list_by(Weight.FAULT)] == [
        "manifest.parameters.size",
        "metrics.area",
        "parameters.size",
    ]


def test_code_that_matters_is_named_beside_what_it_changes(project: Path) -> None:
    outcome = load_entry_point(project, "measure")(size=3)
    comparison = reproduce(outcome["run_id"], project=edit(project, "size**2", "size**3"))
    assert [one.field for one in comparison.list_by(Weight.FAULT)] == ["metrics.area"]
    assert "manifest.code.changed/src/measure.py" in [
        one.field for one in comparison.list_by(Weight.CIRCUMSTANCE)
    ]


def test_code_that_does_not_matter_is_no_fault(project: Path) -> None:
    outcome = load_entry_point(project, "measure")(size=3)
    assert reproduce(outcome["run_id"], project=edit(project, "size**2", "size * size")).passed


def test_a_part_of_a_run_cannot_be_made_by_itself(project: Path) -> None:
    outcome = load_entry_point(project, "measure")()
    with pytest.raises(ResultsError, match="as a part of something else"):
        reproduce(outcome["part"])


def test_an_entry_point_that_is_gone_is_named(project: Path) -> None:
    outcome = load_entry_point(project, "measure")()
    other = edit(project, "def measure", "def weigh")
    (other / "src" / "measure.py").rename(other / "src" / "weigh.py")
    with pytest.raises(EntryPointNotFoundError, match="no entry point 'measure'"):
        reproduce(outcome["run_id"], project=other)


def test_a_parameter_that_is_gone_is_named(project: Path) -> None:
    outcome = load_entry_point(project, "measure")()
    other = edit(project, "data_dir: Path", "place: Path")
    with pytest.raises(ParameterError, match="no parameter 'data_dir'"):
        reproduce(outcome["run_id"], project=other)


def test_a_project_that_is_not_here_is_asked_for(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.parent)
    outcome = load_entry_point(project, "measure")()
    monkeypatch.chdir("/")
    with pytest.raises(EntryPointNotFoundError, match="name it: --project"):
        reproduce(outcome["run_id"])


STUDY = """
    from pathlib import Path
    from dioptra import pyplugs
    from dioptra.provenance import make_manifest
    from dioptra.report import write_results
    from prefect import flow

    @flow
    def study(accuracy: float = 0.5, results_dir: Path | None = None):
        manifest = make_manifest()
        with pyplugs.call(
            "dioptra_builtins.tracking", "mlflow", "start_run", experiment_name="e", run_name="r"
        ) as run:
            results = {
                "dataset": "digits", "n_test": 1, "seed": 1, "versions": {}, "durations": {},
                "models": {"a": {"clean_accuracy": accuracy}},
                "attacks": [{
                    "attack": "fgm", "attacked": "a", "evaluated": "a", "eps": 0.1, "norm": "inf",
                    "labels": "true", "accuracy": accuracy, "n": 1, "linf_max": 0.1,
                    "unchanged_share": 0.0,
                }],
                "manifest": manifest,
            }
            path = write_results(results_dir, results)
        return {"results": path, "run_id": run.info.run_id}
"""


@pytest.fixture
def studied(project: Path, tmp_path: Path) -> dict[str, str]:
    """What the entry point has returned that leaves a results folder and a run."""
    (project / "src" / "study.py").write_text(dedent(STUDY))
    result: dict[str, str] = load_entry_point(project, "study")(results_dir=tmp_path / "made")
    return result


@pytest.mark.parametrize("name", ["results", "run_id"])
def test_a_study_is_made_again_from_its_folder_and_from_its_run(
    studied: dict[str, str], name: str
) -> None:
    comparison = reproduce(str(studied[name]))
    assert comparison.passed, comparison.differences


def test_a_tolerance_is_handed_on(studied: dict[str, str]) -> None:
    changes = {"accuracy": "0.505"}
    weights = {
        one.field: one.weight
        for one in reproduce(str(studied["results"]), None, changes, tolerance=0.01).differences
    }
    assert weights["models.a.clean_accuracy"] is Weight.WITHIN
    assert weights["manifest.parameters.accuracy"] is Weight.FAULT


COLLECTION = """
    import json
    from pathlib import Path
    from dioptra.provenance import make_manifest
    from dioptra.sdk.seal import seal
    from prefect import flow

    @flow
    def collect(
        seeds: list[int] = [1, 2],
        eps: list[float] = [0.1, 0.2],
        steps: int = 40,
        name: str = "collect",
        results_dir: Path = Path(),
    ):
        manifest = make_manifest()
        attacked = [
            {"attack": "fgm", "seed": seed, "eps": one, "accuracy": 0.5 - one * seed}
            for seed in seeds
            for one in eps
        ]
        results = {
            "seeds": seeds, "eps": eps, "attacks": {"fgm": {"steps": steps}}, "attacked": attacked,
            "manifest": {"seeds": {str(seed): manifest for seed in seeds}},
        }
        results_dir.mkdir(exist_ok=True, parents=True)
        (results_dir / "collected.json").write_text(json.dumps(seal(results)))
        (results_dir / "name.txt").write_text(name)
"""


@pytest.fixture
def collected(project: Path, tmp_path: Path) -> Path:
    """A file with results over seeds."""
    (project / "src" / "collect.py").write_text(dedent(COLLECTION))
    load_entry_point(project, "collect")(results_dir=tmp_path / "made")
    return tmp_path / "made" / "collected.json"


def list_faults(comparison: Comparison) -> list[str]:
    return [one.field for one in comparison.list_by(Weight.FAULT)]


def test_results_over_seeds_are_made_again_under_another_name(collected: Path) -> None:
    comparison = reproduce(str(collected))
    assert comparison.passed, comparison.differences
    made = find_workspace() / "results" / "reproduced" / "collect"
    assert (made / "name.txt").read_text().startswith("reproduced-")


def test_what_is_to_be_compared_is_not_written_over(collected: Path) -> None:
    before = collected.read_bytes()
    with pytest.raises(ResultsError, match="would be written over; name another results_dir"):
        reproduce(str(collected), changes={"results_dir": str(collected.parent)})
    assert collected.read_bytes() == before


def test_a_part_of_results_over_seeds_is_made_again(collected: Path) -> None:
    whole, part = (
        reproduce(str(collected), changes=changes)
        for changes in ({}, {"seeds": "2", "eps": "0.2", "name": "mine"})
    )
    assert part.passed, part.differences
    # Of four entries, with four fields each, one is left; and neither list of two, nor its text.
    assert whole.n_fields - part.n_fields == 12 + 2 * (2 + 1)


def test_a_number_of_a_part_that_differs_is_named(collected: Path) -> None:
    content = json.loads(collected.read_text())
    content["attacked"][3]["accuracy"] = 0.75
    del content["attacked"][2]
    collected.write_text(json.dumps(seal(content)))
    assert list_faults(reproduce(str(collected), changes={"seeds": "2", "eps": "0.2"})) == [
        "attacked.attack fgm, seed 2, eps 0.2.accuracy"
    ]
    assert reproduce(str(collected), changes={"seeds": "1"}).passed
    assert set(list_faults(reproduce(str(collected), changes={"eps": "0.1"}))) == {
        f"attacked.attack fgm, seed 2, eps 0.1.{field}"
        for field in ("accuracy", "attack", "eps", "seed")
    }
    assert "attacks.fgm.steps" in list_faults(
        reproduce(str(collected), changes={"steps": "20", "seeds": "1"})
    )


def test_the_circumstances_are_those_of_the_seed_that_is_made_again(collected: Path) -> None:
    content = json.loads(collected.read_text())
    for seed, manifest in content["manifest"]["seeds"].items():
        manifest["revision"] = f"that of seed {seed}"
    collected.write_text(json.dumps(seal(content)))
    comparison = reproduce(str(collected), changes={"seeds": "1"})
    found = [(one.field, one.first) for one in comparison.list_by(Weight.CIRCUMSTANCE)]
    assert found == [("manifest.revision", "that of seed 1")]


def test_seeds_that_are_not_recorded_are_no_pass(collected: Path) -> None:
    faults = list_faults(reproduce(str(collected), changes={"seeds": "3", "eps": "0.1"}))
    assert "attacked.attack fgm, seed 3, eps 0.1.accuracy" in faults


def test_what_a_later_version_records_besides_is_no_fault(collected: Path, project: Path) -> None:
    source = project / "src" / "collect.py"
    source.write_text(source.read_text().replace('"attack": "fgm",', '"attack": "fgm", "n": 1,'))
    assert reproduce(str(collected)).passed
