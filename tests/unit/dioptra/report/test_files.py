import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dioptra.report import files, read_results, write_results
from dioptra.report.files import write_whole
from dioptra.sdk.exceptions import ResultsError


def test_what_was_written_is_read(folder: Path, results: dict[str, Any]) -> None:
    assert read_results(folder) == results


def test_a_folder_is_made(tmp_path: Path, results: dict[str, Any]) -> None:
    path = write_results(tmp_path / "new" / "results", results)
    assert path == tmp_path / "new" / "results" / "results.json"
    assert path.is_file()


def test_the_order_of_keys_does_not_change_the_file(
    tmp_path: Path, results: dict[str, Any]
) -> None:
    def backwards(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: backwards(item[key]) for key in reversed(item)}
        return [backwards(part) for part in item] if isinstance(item, list) else item

    results["extra"] = 1
    results["another"] = 2
    one = write_results(tmp_path / "one", results).read_bytes()
    assert write_results(tmp_path / "two", backwards(results)).read_bytes() == one


def test_the_file_begins_with_the_data_set_and_ends_with_a_line_end(folder: Path) -> None:
    text = (folder / "results.json").read_text(encoding="utf-8")
    assert text.startswith('{\n  "dataset": "digits",\n  "n_test": 100,\n  "seed": 1,\n')
    assert text.endswith("}\n")
    assert list(json.loads(text)["models"]) == ["a", "b"]


def test_unknown_keys_are_kept(tmp_path: Path, results: dict[str, Any]) -> None:
    results["comment"] = {"by": "me"}
    results["models"]["a"]["optimizer"] = "Adam"
    write_results(tmp_path, results)
    assert read_results(tmp_path) == results


@given(st.floats(0, 1))
def test_a_float_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    attack = dict.fromkeys(["attack", "norm", "labels"], "x") | {"eps": share, "accuracy": share}
    attack |= {"attacked": "a", "evaluated": "a", "n": 1, "linf_max": 0, "unchanged_share": 0}
    models = {"a": {"clean_accuracy": share}}
    results = {"dataset": "d", "n_test": 1, "seed": 0, "models": models, "attacks": [attack]}
    folder = tmp_path_factory.mktemp("results")
    write_results(folder, {**results, "versions": {}, "durations": {}})
    assert read_results(folder)["attacks"][0]["accuracy"] == share


def test_writing_leaves_no_other_file(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["results.json", "samples.npz"]


def test_a_failed_write_keeps_the_old_file_and_leaves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "results" / "file"
    write_whole(path, "old")

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="the disk is full"):
        write_whole(path, "new")
    assert [(file.name, file.read_text()) for file in path.parent.iterdir()] == [("file", "old")]


def test_wrong_results_are_not_written(folder: Path, results: dict[str, Any]) -> None:
    before = (folder / "results.json").read_bytes()
    wrong = copy.deepcopy(results) | {"seed": "one"}
    with pytest.raises(ResultsError, match=r"results.json: seed is 'one'"):
        write_results(folder, wrong)
    assert (folder / "results.json").read_bytes() == before


def test_a_setting_that_json_cannot_hold_is_refused(
    tmp_path: Path, results: dict[str, Any]
) -> None:
    results["settings"]["norm"] = float("inf")
    with pytest.raises(ResultsError, match="write such a value as text"):
        write_results(tmp_path, results)
    results["settings"]["norm"] = Path("inf")
    with pytest.raises(ResultsError, match=r"settings.norm"):
        write_results(tmp_path, results)


def test_a_folder_without_results_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"results.json does not exist; name the folder"):
        read_results(tmp_path)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"seed": NaN}', b""])
def test_a_file_that_is_not_json_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "results.json").write_bytes(content)
    with pytest.raises(ResultsError, match=r"results.json cannot be read as JSON: .*; write it"):
        read_results(tmp_path)


def test_a_folder_in_the_place_of_the_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "results.json").mkdir()
    with pytest.raises(ResultsError, match="cannot be read"):
        read_results(tmp_path)


def test_json_of_another_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ResultsError, match=r"results.json: the whole is \[\]"):
        read_results(tmp_path)


def test_the_pictures_lie_in_a_folder_of_their_own() -> None:
    assert files.PICTURES == ("pictures/curves.png", "pictures/transfer.png", "pictures/images.png")
