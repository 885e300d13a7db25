from pathlib import Path

import pytest

from dioptra.entrypoint import list_entry_points, load_entry_point
from dioptra.projects.making import list_templates, make_project
from dioptra.sdk.exceptions import ParameterError


def test_there_are_two_templates() -> None:
    assert list_templates() == ["evasion", "experiment"]


@pytest.mark.parametrize("template", list_templates())
@pytest.mark.usefixtures("own_modules")
def test_a_project_has_its_name_and_entry_points_that_load(tmp_path: Path, template: str) -> None:
    project = make_project(tmp_path / "my-study", template)
    names = list_entry_points(project)
    assert len(names) == 1
    assert load_entry_point(project, *names).parameters.properties
    texts = [file.read_text() for file in project.rglob("*") if file.suffix in {".md", ".py"}]
    assert "# my-study" in "\n".join(texts)
    assert not any("{name}" in text for text in texts)
    assert (project / "tests").is_dir()


@pytest.mark.parametrize("name", ["1st", "a b", "-x", ".hidden", "class", ""])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ParameterError, match=r"cannot be named|is there already"):
        make_project(tmp_path / name, "experiment")
    assert list(tmp_path.rglob("*.py")) == []


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(ParameterError, match=r"'.*mine' is there already; choose another name"):
        make_project(tmp_path / "mine", "experiment")
    assert (tmp_path / "mine").read_text() == "precious"


def test_an_unknown_template_is_told_the_near_one(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no template 'evason'; did you mean 'evasion'"):
        make_project(tmp_path / "mine", "evason")


def test_a_folder_to_make_it_in_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"no such folder: .*/lost"):
        make_project(tmp_path / "lost" / "mine", "experiment")
