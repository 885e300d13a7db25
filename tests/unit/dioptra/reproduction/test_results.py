import json
import sys
from pathlib import Path
from typing import Any

import pytest
from mlflow.tracking import MlflowClient

from dioptra.entrypoint import load_entry_point
from dioptra.report import write_results
from dioptra.reproduction import read_result
from dioptra.sdk.exceptions import ResultsError, RunNotFoundError
from dioptra.sdk.seal import seal

ATTACK = {
    "attack": "fgm",
    "attacked": "a",
    "evaluated": "b",
    "eps": 0.1,
    "norm": "inf",
    "labels": "true",
    "accuracy": 0.25,
    "n": 100,
    "linf_max": 0.1,
    "unchanged_share": 0.0,
}
RESULTS: dict[str, Any] = {
    "dataset": "digits",
    "n_test": 100,
    "seed": 1,
    "models": {"a": {"clean_accuracy": 0.9}, "b": {"clean_accuracy": 0.8}},
    "attacks": [ATTACK],
    "versions": {},
    "durations": {},
    "manifest": {"entry_point": None, "parameters": {}},
}


def test_a_folder_or_its_file_is_read_and_its_attacks_have_names(tmp_path: Path) -> None:
    path = write_results(tmp_path / "demo", RESULTS)
    for source in (path, path.parent):
        result = read_result(str(source))
        assert list(result["attacks"]) == ["fgm a -> b, l-inf 0.1, true labels"]
        assert len(result["manifest"]["sha256"]) == 64


def test_a_file_that_was_edited_is_refused(tmp_path: Path) -> None:
    path = write_results(tmp_path, RESULTS)
    path.write_text(path.read_text().replace('"accuracy": 0.25', '"accuracy": 0.15'))
    with pytest.raises(ResultsError, match=r"results\.json was edited"):
        read_result(str(tmp_path))


def test_results_without_a_manifest_are_refused(tmp_path: Path) -> None:
    write_results(tmp_path, {name: value for name, value in RESULTS.items() if name != "manifest"})
    with pytest.raises(ResultsError, match="has no manifest"):
        read_result(str(tmp_path))


def test_a_folder_that_is_not_there_is_not_taken_for_a_run(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=f"^no such folder: {tmp_path}/nowhere$"):
        read_result(str(tmp_path / "nowhere"))


def test_a_folder_that_is_misspelt_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    message = f"^no such folder: {tmp_path}/dmeo; did you mean {tmp_path}/demo\\?$"
    with pytest.raises(ResultsError, match=message):
        read_result(str(tmp_path / "dmeo"))


def test_a_folder_within_none_says_so() -> None:
    message = "^no such folder: nowhere/demo; there is no folder nowhere either$"
    with pytest.raises(ResultsError, match=message):
        read_result("nowhere/demo")


@pytest.mark.parametrize("source", ["dmeo", "0" * 31, "g" * 32])
def test_what_is_neither_a_folder_nor_an_id_is_not_looked_for_in_a_store(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(ResultsError, match=rf"^no such folder: {source}; it is not the id of a"):
        read_result(source)


def test_a_run_is_read_from_its_artifact(project: Path) -> None:
    outcome = load_entry_point(project, "measure")(size=3)
    result = read_result(outcome["run_id"])
    assert result["metrics"] == {"area": 9.0}
    assert result["parameters"]["size"] == "3"


def test_an_artifact_that_was_edited_is_refused(project: Path) -> None:
    outcome = load_entry_point(project, "measure")()
    client = MlflowClient()
    path = Path(client.download_artifacts(outcome["run_id"], "manifest.json"))
    edited = {**json.loads(path.read_text()), "metrics": {"area": 5.0}}
    client.log_dict(outcome["run_id"], edited, "manifest.json")
    with pytest.raises(ResultsError, match=r"manifest\.json of run .* was edited"):
        read_result(outcome["run_id"])


@pytest.mark.usefixtures("project")
def test_a_run_that_is_not_there_is_named() -> None:
    with pytest.raises(RunNotFoundError, match="0" * 32):
        read_result("0" * 32)


@pytest.mark.usefixtures("project")
def test_a_run_without_a_manifest_is_named() -> None:
    run_id = MlflowClient().create_run("0").info.run_id
    with pytest.raises(RunNotFoundError, match=f"run '{run_id}' has no artifact"):
        read_result(run_id)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not JSON", "is no manifest"),
        ("[1]", "is no manifest"),
        ('{"metrics": {"area": NaN}, "manifest": {}}', "is no manifest"),
        ('{"metrics": {}, "manifest": {"parameters": {}}}', "was edited"),
        ('{"metrics": {}}', "has no manifest"),
    ],
)
@pytest.mark.usefixtures("project")
def test_an_artifact_that_is_no_manifest_is_refused(text: str, message: str) -> None:
    client = MlflowClient()
    run_id = client.create_run("0").info.run_id
    client.log_text(run_id, text, "manifest.json")
    with pytest.raises(ResultsError, match=message):
        read_result(run_id)


def test_a_manifest_without_its_hash_counts_as_edited(tmp_path: Path) -> None:
    path = write_results(tmp_path, RESULTS)
    content = json.loads(path.read_text())
    del content["manifest"]["sha256"]
    path.write_text(json.dumps(content))
    with pytest.raises(ResultsError, match="was edited"):
        read_result(str(tmp_path))


def test_results_over_seeds_are_read_and_their_entries_have_names(tmp_path: Path) -> None:
    path = tmp_path / "collected.json"
    one = {"entry_point": None, "parameters": {"seeds": "1", "eps": "0.1"}}
    content = {
        "eps": [0.1],
        "attacked": [{"attack": "fgm", "eps": 0.1, "seed": seed, "n": 3} for seed in (1, 2)],
        "manifest": {"seeds": {"1": one, "2": {**one, "parameters": {"seeds": "2", "eps": "0.1"}}}},
    }
    path.write_text(json.dumps(seal(content)))
    result = read_result(str(path))
    assert list(result["attacked"]) == [
        "attack fgm, seed 1, eps 0.1",
        "attack fgm, seed 2, eps 0.1",
    ]
    assert result["manifest"]["parameters"] == {"seeds": "1,2", "eps": "0.1"}
    path.write_text(path.read_text().replace('"n": 3', '"n": 4', 1))
    with pytest.raises(ResultsError, match=r"collected\.json was edited"):
        read_result(str(path))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"manifest": {}}', '{"manifest": {"seeds": {}}}', '{"manifest": 1}']
)
def test_other_files_hold_no_results_over_seeds(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(ResultsError, match=r"other\.json holds no results over seeds"):
        read_result(str(path))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"cannot read .*gone\.json: No such file"):
        read_result(str(tmp_path / "gone.json"))
