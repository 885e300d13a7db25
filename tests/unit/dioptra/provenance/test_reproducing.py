from pathlib import Path

import pytest

from dioptra.entrypoint import load_entry_point
from dioptra.provenance import Weight, reproduce
from dioptra.sdk.exceptions import EntryPointNotFoundError, ParameterError, ResultsError


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
    with pytest.raises(ResultsError, match="was made within another run"):
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
