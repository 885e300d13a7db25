import hashlib
import os
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from dioptra import pyplugs
from dioptra.sdk.exceptions import RunNotFoundError, UnsafeArchiveError
from dioptra_builtins._tracking import NoActiveRunError
from dioptra_builtins.artifacts.exceptions import (
    InvalidFileNameError,
    SourceNotFoundError,
    UnsupportedDataFrameFileFormatError,
    UnsupportedTarballModeError,
)
from dioptra_builtins.artifacts.mlflow import (
    download_all_artifacts_in_run,
    upload_data_frame_artifact,
    upload_directory_as_artifacts,
    upload_directory_as_tarball_artifact,
    upload_file_as_artifact,
)
from dioptra_builtins.artifacts.utils import extract_tarfile

pytestmark = pytest.mark.usefixtures("store")

TABLE = pd.DataFrame({"image": ["a.png", "b.png"], "label": [3, 0], "l_inf": [0.25, 0.5]})
READERS: dict[str, Callable[..., pd.DataFrame]] = {
    "csv": pd.read_csv,
    "csv.bz2": pd.read_csv,
    "csv.gz": pd.read_csv,
    "csv.xz": pd.read_csv,
    "feather": pd.read_feather,
    "json": pd.read_json,
    "parquet": pd.read_parquet,
    "pickle": pd.read_pickle,
}


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "1.txt").write_text("one")
    (folder / "2.txt").write_text("two")
    return folder


@pytest.fixture
def run_id(source: Path) -> str:
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(source), "source")
        mlflow.log_text("top", "top.txt")
    return str(run.info.run_id)


def _upload(task: Callable[..., None], *args: Any, **kwargs: Any) -> str:
    with mlflow.start_run() as run:
        task(*args, **kwargs)
    return str(run.info.run_id)


def _kept(run_id: str) -> list[str]:
    return [found.path for found in MlflowClient().list_artifacts(run_id)]


@pytest.mark.parametrize("kind", [str, Path])
def test_a_file_goes_up_and_comes_down(
    tmp_path: Path, workspace: Path, kind: type[str | Path]
) -> None:
    (workspace / "f.bin").write_bytes(bytes(range(256)))
    run_id = _upload(upload_file_as_artifact, kind("f.bin"))
    assert _kept(run_id) == ["f.bin"]
    fetched = download_all_artifacts_in_run(run_id, "f.bin", kind(tmp_path / "new" / "folder"))
    assert fetched == str(tmp_path / "new" / "folder" / "f.bin")
    assert Path(fetched).read_bytes() == bytes(range(256))


@pytest.mark.parametrize("name", ["missing", "folder"])
def test_what_is_no_file_is_not_uploaded(workspace: Path, name: str) -> None:
    (workspace / "folder").mkdir()
    with mlflow.start_run() as run, pytest.raises(SourceNotFoundError) as caught:
        upload_file_as_artifact(name)
    assert str(caught.value).startswith(f"there is no file '{name}' in '{workspace}'")
    assert _kept(run.info.run_id) == []


@pytest.mark.parametrize(
    ("artifact_path", "files"),
    [
        ("source", ["2.txt", "a/1.txt"]),
        ("source/", ["2.txt", "a/1.txt"]),
        ("source/a", ["1.txt"]),
        ("./source//a", ["1.txt"]),
        ("", ["source/2.txt", "source/a/1.txt", "top.txt"]),
        (".", ["source/2.txt", "source/a/1.txt", "top.txt"]),
    ],
)
def test_a_folder_comes_down_with_all_below_it(
    run_id: str, artifact_path: str, files: list[str], tmp_path: Path
) -> None:
    fetched = Path(download_all_artifacts_in_run(run_id, artifact_path, tmp_path / "down"))
    assert fetched.is_relative_to(tmp_path / "down")
    found = [path.relative_to(fetched) for path in fetched.rglob("*") if path.is_file()]
    assert sorted(path.as_posix() for path in found) == files


@pytest.mark.parametrize("artifact_path", ["./top.txt", "source/../top.txt", "top.txt/"])
def test_a_file_comes_down_however_its_path_is_written(run_id: str, artifact_path: str) -> None:
    assert Path(download_all_artifacts_in_run(run_id, artifact_path)).read_text() == "top"


@pytest.mark.parametrize(("artifact_path", "text"), [("top.txt", "top"), ("source/a/1.txt", "one")])
def test_without_a_folder_a_new_temporary_one_is_made(
    run_id: str, artifact_path: str, text: str, temporary: Path
) -> None:
    first, second = (download_all_artifacts_in_run(run_id, artifact_path) for _ in range(2))
    assert first != second
    for fetched in (first, second):
        assert Path(fetched).is_relative_to(temporary)
        assert Path(fetched).read_text() == text


def test_a_copy_may_be_changed_without_harm(run_id: str) -> None:
    Path(download_all_artifacts_in_run(run_id, "top.txt")).write_text("changed")
    assert Path(download_all_artifacts_in_run(run_id, "top.txt")).read_text() == "top"


@pytest.mark.parametrize("unknown", ["0" * 32, "no/run", ""])
def test_an_unknown_run_is_named(unknown: str) -> None:
    with pytest.raises(RunNotFoundError, match="MLFLOW_TRACKING_URI") as caught:
        download_all_artifacts_in_run(unknown, "top.txt")
    assert str(caught.value).startswith(f"no run {unknown!r} in the tracking store, so no 'top.tx")


@pytest.mark.parametrize(
    ("artifact_path", "known"),
    [
        ("missing", "artifacts in '/': source, top.txt"),
        ("source/missing", "artifacts in 'source/': source/2.txt, source/a"),
        ("missing/1.txt", "artifacts in 'missing/': none"),
        ("top.txt/below", "artifacts in 'top.txt/': none"),
    ],
)
def test_an_unknown_artifact_is_named_with_those_known(
    run_id: str, artifact_path: str, known: str, workspace: Path
) -> None:
    with pytest.raises(RunNotFoundError) as caught:
        download_all_artifacts_in_run(run_id, artifact_path, "down")
    assert str(caught.value) == f"run {run_id!r} has no artifact {artifact_path!r}; {known}"
    assert not (workspace / "down").exists()


def test_a_run_without_artifacts_has_none(temporary: Path) -> None:
    run_id = _upload(lambda: None)
    with pytest.raises(RunNotFoundError, match="has no artifact ''; artifacts in '/': none"):
        download_all_artifacts_in_run(run_id, "")
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("artifact_path", ["../secret", "..", "/etc/passwd"])
def test_no_artifact_lies_outside_its_run(run_id: str, artifact_path: str, temporary: Path) -> None:
    with pytest.raises((RunNotFoundError, MlflowException)):
        download_all_artifacts_in_run(run_id, artifact_path)
    assert not list(temporary.iterdir())


def test_a_store_that_cannot_be_asked_is_no_missing_run(
    run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise MlflowException("the store is away")

    monkeypatch.setattr(MlflowClient, "get_run", fail)
    with pytest.raises(MlflowException, match="the store is away"):
        download_all_artifacts_in_run(run_id, "top.txt")


@pytest.mark.parametrize("file_format", READERS)
def test_a_table_goes_up_in_every_format(file_format: str, temporary: Path, tmp_path: Path) -> None:
    options = {"index": False} if file_format.startswith("csv") else None
    run_id = _upload(upload_data_frame_artifact, TABLE, "table.tmp", file_format, options)
    name = f"table.{'pkl' if file_format == 'pickle' else file_format}"
    assert _kept(run_id) == [name]
    assert not list(temporary.iterdir())
    fetched = download_all_artifacts_in_run(run_id, name, tmp_path / "down")
    pd.testing.assert_frame_equal(READERS[file_format](fetched), TABLE)


def test_the_index_goes_up_unless_told_otherwise(tmp_path: Path) -> None:
    run_id = _upload(upload_data_frame_artifact, TABLE, "table", "csv")
    fetched = download_all_artifacts_in_run(run_id, "table.csv", tmp_path)
    pd.testing.assert_frame_equal(pd.read_csv(fetched, index_col=0), TABLE)


def test_a_table_in_a_working_folder_stays(workspace: Path) -> None:
    run_id = _upload(upload_data_frame_artifact, TABLE, "table.csv", "json", None, "new/folder")
    assert _kept(run_id) == ["table.json"]
    kept = workspace / "new" / "folder" / "table.json"
    assert [path for path in workspace.rglob("*.json") if "mlruns" not in path.parts] == [kept]
    pd.testing.assert_frame_equal(pd.read_json(kept), TABLE)


def test_an_unknown_format_is_refused_with_those_known(workspace: Path) -> None:
    with (
        mlflow.start_run() as run,
        pytest.raises(UnsupportedDataFrameFileFormatError, match="'xlsx'; known: csv") as caught,
    ):
        upload_data_frame_artifact(TABLE, "table", "xlsx", working_dir="folder")
    assert all(file_format in str(caught.value) for file_format in READERS)
    assert not (workspace / "folder").exists()
    assert _kept(run.info.run_id) == []


@pytest.mark.parametrize("name", ["", "a/table.csv", "../table.csv", "/table.csv"])
def test_a_table_takes_a_bare_file_name_only(name: str) -> None:
    with mlflow.start_run() as run, pytest.raises(InvalidFileNameError, match="bare file name"):
        upload_data_frame_artifact(TABLE, name, "csv")
    assert _kept(run.info.run_id) == []


@pytest.mark.parametrize(
    ("write_mode", "read_mode"),
    [("w", "r:"), ("w:gz", "r:gz"), ("w:bz2", "r:bz2"), ("w:xz", "r:xz")],
)
def test_a_folder_goes_up_as_a_tarball_and_comes_down(
    write_mode: str, read_mode: str, source: Path, workspace: Path, temporary: Path
) -> None:
    run_id = _upload(upload_directory_as_tarball_artifact, source, "s.tar", write_mode)
    assert _kept(run_id) == ["s.tar"]
    assert not list(temporary.iterdir())
    extract_tarfile(download_all_artifacts_in_run(run_id, "s.tar"), read_mode)
    assert (workspace / "source" / "a" / "1.txt").read_text() == "one"
    assert (workspace / "source" / "2.txt").read_text() == "two"


def test_a_tarball_is_one_of_gzip_unless_told_otherwise(source: Path, workspace: Path) -> None:
    run_id = _upload(upload_directory_as_tarball_artifact, str(source), "s.tgz")
    extract_tarfile(download_all_artifacts_in_run(run_id, "s.tgz"))
    assert (workspace / "source" / "2.txt").read_text() == "two"


def test_two_uploads_of_equal_content_have_equal_bytes(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sums: list[str] = []
    for time in (1e9, 2e9):
        for path in source.rglob("*"):
            os.utime(path, (time, time))
        with monkeypatch.context() as patch, mlflow.start_run() as run:
            patch.setattr("time.time", lambda now=time: now)
            upload_directory_as_tarball_artifact(source, "s.tgz")
        fetched = Path(download_all_artifacts_in_run(run.info.run_id, "s.tgz"))
        sums.append(hashlib.sha256(fetched.read_bytes()).hexdigest())
    assert sums[0] == sums[1]


def test_a_tarball_in_a_working_folder_stays(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    _upload(upload_directory_as_tarball_artifact, source, "s.tgz", working_dir=folder)
    with tarfile.open(folder / "s.tgz") as tarball:
        assert "source/a/1.txt" in tarball.getnames()


@pytest.mark.parametrize("mode", ["r:gz", "a", "gz", "w|gz", ""])
def test_an_unknown_mode_is_refused_with_those_known(mode: str, source: Path) -> None:
    with mlflow.start_run(), pytest.raises(UnsupportedTarballModeError) as caught:
        upload_directory_as_tarball_artifact(source, "s.tgz", mode)
    known = "known: w, w:bz2, w:gz, w:xz"
    assert str(caught.value) == f"no mode to write a tarball named '{mode}'; {known}"


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_folder_is_no_tarball(name: str, workspace: Path) -> None:
    (workspace / "file").touch()
    with mlflow.start_run(), pytest.raises(SourceNotFoundError) as caught:
        upload_directory_as_tarball_artifact(name, "s.tgz", working_dir="new")
    assert str(caught.value) == f"there is no folder '{name}' in '{workspace}'"
    assert not (workspace / "new").exists()


@pytest.mark.parametrize("name", ["", "a/s.tgz", "../s.tgz", "/s.tgz"])
def test_a_tarball_takes_a_bare_file_name_only(name: str, source: Path) -> None:
    with mlflow.start_run() as run, pytest.raises(InvalidFileNameError, match="bare file name"):
        upload_directory_as_tarball_artifact(source, name)
    assert _kept(run.info.run_id) == []


@pytest.mark.parametrize("below", [".", "a", "../alias"])
def test_a_tarball_cannot_lie_in_the_folder_that_goes_into_it(source: Path, below: str) -> None:
    (source.parent / "alias").symlink_to("source")
    before = sorted(source.rglob("*"))
    with (
        mlflow.start_run() as run,
        pytest.raises(InvalidFileNameError, match="name another working_dir") as caught,
    ):
        upload_directory_as_tarball_artifact(source, "s.tgz", working_dir=source / below)
    assert f"would lie in {str(source)!r}" in str(caught.value)
    assert sorted(source.rglob("*")) == before
    assert _kept(run.info.run_id) == []


def test_a_tarball_may_lie_beside_the_folder(source: Path) -> None:
    run_id = _upload(
        upload_directory_as_tarball_artifact, source, "source.tgz", working_dir=source.parent
    )
    assert _kept(run_id) == ["source.tgz"]


def test_a_folder_with_a_link_out_is_not_uploaded(source: Path) -> None:
    (source / "out").symlink_to("/etc/passwd")
    with mlflow.start_run() as run, pytest.raises(UnsafeArchiveError, match="'source/out'"):
        upload_directory_as_tarball_artifact(source, "s.tgz")
    assert _kept(run.info.run_id) == []


def test_a_folder_with_a_pipe_is_not_uploaded(source: Path) -> None:
    os.mkfifo(source / "pipe")
    with mlflow.start_run() as run, pytest.raises(UnsafeArchiveError, match="no file, folder or"):
        upload_directory_as_tarball_artifact(source, "s.tgz")
    assert _kept(run.info.run_id) == []


@pytest.mark.parametrize(
    ("task", "arguments"),
    [
        (upload_data_frame_artifact, (TABLE, "table", "csv", None, "new")),
        (upload_directory_as_tarball_artifact, (".", "s.tgz", "w", "new")),
        (upload_file_as_artifact, ("f",)),
    ],
)
def test_without_an_active_run_nothing_goes_up(
    task: Callable[..., None], arguments: tuple[Any, ...], workspace: Path
) -> None:
    (workspace / "f").touch()
    with pytest.raises(NoActiveRunError, match="no MLflow run is active"):
        task(*arguments)
    assert mlflow.active_run() is None
    assert [path.name for path in workspace.iterdir()] == ["f"]


def test_the_tasks_are_registered(workspace: Path) -> None:
    assert set(pyplugs.funcs("dioptra_builtins.artifacts", "mlflow")) == {
        "download_all_artifacts_in_run",
        "upload_data_frame_artifact",
        "upload_directory_as_artifacts",
        "upload_directory_as_tarball_artifact",
        "upload_file_as_artifact",
    }
    (workspace / "f").touch()
    with mlflow.start_run() as run:
        pyplugs.call("dioptra_builtins.artifacts", "mlflow", "upload_file_as_artifact", "f")
    assert _kept(run.info.run_id) == ["f"]


def test_a_folder_is_kept_file_by_file(source: Path) -> None:
    with mlflow.start_run() as run:
        upload_directory_as_artifacts(source, "results")
    found = download_all_artifacts_in_run(run.info.run_id, "results")
    assert (Path(found) / "a" / "1.txt").read_text() == "one"


def test_a_folder_that_is_not_there_is_not_kept(tmp_path: Path) -> None:
    with mlflow.start_run(), pytest.raises(SourceNotFoundError, match=r"no folder '.*lost'"):
        upload_directory_as_artifacts(tmp_path / "lost", "results")
