# SPDX-License-Identifier: Apache-2.0
"""Files up to MLflow and down again."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra.sdk.exceptions import RunNotFoundError
from dioptra_builtins._store import make_store
from dioptra_builtins._tracking import require_active_run
from dioptra_builtins.artifacts._data_frames import get_format, write_data_frame
from dioptra_builtins.artifacts._tarballs import WRITERS, write_tarball
from dioptra_builtins.artifacts._working_files import working_file
from dioptra_builtins.artifacts.exceptions import (
    InvalidFileNameError,
    SourceNotFoundError,
    UnsupportedTarballModeError,
)

if TYPE_CHECKING:
    import pandas as pd


@pyplugs.register(requires=("mlflow",))
def download_all_artifacts_in_run(
    run_id: str, artifact_path: str, destination_path: str | Path | None = None
) -> str:
    """Fetch a file, or a folder and all below it, that a run has kept.

    Args:
        run_id: The run.
        artifact_path: The file or folder within the run; empty for all that the run has kept.
        destination_path: The folder to fetch into, made where there is none; None for a new
            temporary one.

    Returns:
        The local path of what was fetched.

    Raises:
        RunNotFoundError: The tracking store has no such run, or the run no such artifact.
        mlflow.exceptions.MlflowException: The tracking store could not be asked.
    """
    import tempfile

    import mlflow.artifacts

    path = _find_artifact(run_id, artifact_path)
    # Without a folder of its own, MLflow may answer with the store's own files.
    destination = destination_path or tempfile.mkdtemp(prefix="dioptra-")
    return str(
        mlflow.artifacts.download_artifacts(
            run_id=run_id, artifact_path=path, dst_path=str(destination)
        )
    )


@pyplugs.register(requires=("mlflow", "pandas"))
def upload_data_frame_artifact(
    data_frame: "pd.DataFrame",
    file_name: str,
    file_format: str,
    file_format_kwargs: Mapping[str, Any] | None = None,
    working_dir: str | Path | None = None,
) -> None:
    """Keep a data frame with the active run.

    Args:
        data_frame: The data frame.
        file_name: The file's name; its extension is replaced by that of the format.
        file_format: ``csv``, ``csv.bz2``, ``csv.gz``, ``csv.xz``, ``feather``, ``json``,
            ``parquet`` or ``pickle`` (extension ``.pkl``).
        file_format_kwargs: Passed on to the method of pandas that writes the format, such as
            ``{"index": False}`` to ``to_csv``.
        working_dir: The folder in which the file stays; None for a temporary one.

    Raises:
        NoActiveRunError: No run is active.
        UnsupportedDataFrameFileFormatError: There is no such format.
        InvalidFileNameError: ``file_name`` is not a bare file name.
    """
    import mlflow

    require_active_run()
    chosen = get_format(file_format)
    with working_file(file_name, working_dir) as path:
        written = write_data_frame(data_frame, path, chosen, file_format_kwargs or {})
        mlflow.log_artifact(str(written))


@pyplugs.register(requires=("mlflow",))
def upload_directory_as_tarball_artifact(
    source_dir: str | Path,
    tarball_filename: str,
    tarball_write_mode: str = "w:gz",
    working_dir: str | Path | None = None,
) -> None:
    """Keep a folder, as a tarball, with the active run; equal content gives equal bytes.

    Args:
        source_dir: The folder; the members of the tarball are below its base name.
        tarball_filename: The tarball's name.
        tarball_write_mode: ``"w:gz"``, ``"w:bz2"``, ``"w:xz"``, or ``"w"`` to leave it
            uncompressed.
        working_dir: The folder in which the tarball stays, outside ``source_dir``; None for a
            temporary one.

    Raises:
        NoActiveRunError: No run is active.
        SourceNotFoundError: ``source_dir`` is not a folder.
        UnsupportedTarballModeError: There is no such mode.
        InvalidFileNameError: ``tarball_filename`` is not a bare file name, or the tarball would lie
            in the folder that goes into it.
        UnsafeArchiveError: The folder holds a link out of it, or a device.
    """
    import mlflow

    require_active_run()
    source = Path(source_dir)
    if tarball_write_mode not in WRITERS:
        raise UnsupportedTarballModeError("write", tarball_write_mode, WRITERS)
    if not source.is_dir():
        raise SourceNotFoundError(f"there is no folder {str(source)!r} in {str(Path.cwd())!r}")
    with working_file(tarball_filename, working_dir) as target:
        if target.resolve().is_relative_to(source.resolve()):
            raise InvalidFileNameError(
                f"the tarball {str(target)!r} would lie in {str(source)!r}, which goes into it; "
                "name another working_dir"
            )
        write_tarball(source, target, tarball_write_mode)
        mlflow.log_artifact(str(target))


@pyplugs.register(requires=("mlflow",))
def upload_file_as_artifact(artifact_path: str | Path) -> None:
    """Keep a file with the active run.

    Args:
        artifact_path: The local file.

    Raises:
        NoActiveRunError: No run is active.
        SourceNotFoundError: There is no such file.
    """
    import mlflow

    require_active_run()
    if not Path(artifact_path).is_file():
        raise SourceNotFoundError(
            f"there is no file {str(artifact_path)!r} in {str(Path.cwd())!r}; a folder goes up as "
            "a tarball"
        )
    mlflow.log_artifact(str(artifact_path))


@pyplugs.register(requires=("mlflow",))
def upload_directory_as_artifacts(source_dir: str | Path, artifact_path: str) -> None:
    """Keep the files of a folder, and of all folders below it, with the active run.

    Args:
        source_dir: The local folder.
        artifact_path: The folder within the run.

    Raises:
        NoActiveRunError: No run is active.
        SourceNotFoundError: ``source_dir`` is not a folder.
    """
    import mlflow

    require_active_run()
    if not Path(source_dir).is_dir():
        raise SourceNotFoundError(f"there is no folder {str(source_dir)!r} in {str(Path.cwd())!r}")
    mlflow.log_artifacts(str(source_dir), artifact_path)


def _find_artifact(run_id: str, artifact_path: str) -> str:
    import posixpath

    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    make_store()
    client = MlflowClient()
    try:
        client.get_run(run_id)
    except MlflowException as error:
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise
        raise RunNotFoundError(
            f"no run {run_id!r} in the tracking store, so no {artifact_path!r} from it; is "
            "MLFLOW_TRACKING_URI that of the store in which it was made?"
        ) from error
    normal = posixpath.normpath(artifact_path)
    path = "" if normal == "." else normal
    folder = posixpath.dirname(path)
    # A file lists nothing below it, but is listed in its folder.
    beside = client.list_artifacts(run_id, folder or None)
    if path in [found.path for found in beside] or client.list_artifacts(run_id, path or None):
        return path
    known = ", ".join(found.path for found in beside) or "none"
    raise RunNotFoundError(
        f"run {run_id!r} has no artifact {artifact_path!r}; artifacts in {folder + '/'!r}: {known}"
    )
