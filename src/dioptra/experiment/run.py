# SPDX-License-Identifier: Apache-2.0
"""An opened run: seeded, with its parameters logged, and what is logged to it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dioptra.entrypoint import find_parameters, format_value
from dioptra.provenance import find_project
from dioptra.pyplugs import checked, step
from dioptra.sdk.exceptions import ExperimentError
from dioptra.sdk.timing import Stopwatch
from dioptra_builtins.artifacts.mlflow import (
    upload_data_frame_artifact,
    upload_directory_as_artifacts,
    upload_directory_as_tarball_artifact,
    upload_file_as_artifact,
)
from dioptra_builtins.backend_configs.tensorflow import init_tensorflow
from dioptra_builtins.random.rng import init_rng
from dioptra_builtins.random.sample import draw_random_integer
from dioptra_builtins.tracking.mlflow import (
    get_run_data,
    log_metrics,
    log_metrics_at,
    log_parameters,
    set_tags,
    start_run,
)

if TYPE_CHECKING:
    import mlflow
    import numpy as np
    import pandas as pd

    from dioptra.experiment.results import Result

    R = TypeVar("R", bound=Result)

NOTES = "dioptra.notes"
RESULTS = "results"


class Run:
    """The run of an experiment, as :func:`experiment` opens it.

    Attributes:
        id: The id of the MLflow run.
        watch: Times the sections of the run.
    """

    def __init__(self, active: "mlflow.ActiveRun", watch: Stopwatch) -> None:
        self.active = active
        self.id: str = active.info.run_id
        self.watch = watch
        self._random: tuple[int, np.random.Generator] | None = None

    @property
    def seed(self) -> int:
        """The seed that is used, in place of the -1 that asked for one.

        Raises:
            ExperimentError: The experiment was opened without a seed.
        """
        return self._seeded[0]

    @property
    def rng(self) -> "np.random.Generator":
        """The run's generator of random numbers.

        Raises:
            ExperimentError: The experiment was opened without a seed.
        """
        return self._seeded[1]

    def draw_seed(self) -> int:
        """Draw a seed for a part of the experiment, of the run's own random numbers.

        Raises:
            ExperimentError: The experiment was opened without a seed.
        """
        return step(draw_random_integer)(rng=self.rng)

    def section(self, name: str) -> AbstractContextManager[None]:
        """Time a ``with`` block as part of a section.

        Args:
            name: The section's name.
        """
        return self.watch.section(name)

    def log_parameters(self, parameters: Mapping[str, Any]) -> None:
        """Log parameters, as a command line takes them.

        Args:
            parameters: Names and values. One that a parameter of the flow left open, such as a
                drawn seed, has the name ``used_<parameter>``: the manifest then holds it.
        """
        texts = {name: format_value(value) for name, value in parameters.items()}
        step(log_parameters)(texts)

    def log_metrics(self, metrics: Mapping[str, float]) -> None:
        """Log metrics.

        Args:
            metrics: Names and finite values.
        """
        step(log_metrics)(metrics)

    def log_metrics_at(self, step_number: int, metrics: Mapping[str, float]) -> None:
        """Log the values that metrics have at a step, such as an epoch.

        Args:
            step_number: The step.
            metrics: Names and finite values.
        """
        checked(log_metrics_at)(step_number, metrics)

    def log_hashes(self, hashes: Mapping[str, str]) -> None:
        """Log hashes of what the run used and made, as tags; they come into its manifest.

        Args:
            hashes: Names with ``_sha256`` in them, and SHA-256.
        """
        step(set_tags)(hashes)

    def log_notes(self, notes: Sequence[str]) -> None:
        """Log what must be known of the result, as a tag.

        Args:
            notes: Sentences; none logs nothing.
        """
        if notes:
            step(set_tags)({NOTES: "; ".join(notes)})

    def log_table(self, name: str, table: "pd.DataFrame") -> None:
        """Keep a table as the artifact ``<name>.csv.gz``.

        Args:
            name: Its name.
            table: Its rows; the index is not kept.
        """
        step(upload_data_frame_artifact)(
            data_frame=table,
            file_name=name,
            file_format="csv.gz",
            file_format_kwargs={"index": False},
        )

    def log_folder(self, name: str, folder: Path) -> None:
        """Keep a folder as the artifact ``<name>.tar.gz``.

        Args:
            name: Its name.
            folder: The folder.
        """
        with tempfile.TemporaryDirectory() as working_dir:
            step(upload_directory_as_tarball_artifact)(
                source_dir=folder, tarball_filename=f"{name}.tar.gz", working_dir=working_dir
            )

    def log_results(self, folder: Path) -> None:
        """Keep the files of a results folder below the artifact ``results``.

        Args:
            folder: The folder.
        """
        step(upload_directory_as_artifacts)(folder, RESULTS)

    def log_files(self, files: Sequence[Path]) -> None:
        """Keep files as artifacts.

        Args:
            files: The files.
        """
        for file in files:
            step(upload_file_as_artifact)(file)

    def log(self, result: "R") -> "R":
        """Log the metrics of a result.

        Args:
            result: What was measured, be it by a part of this run.

        Returns:
            The same as the result of this run, for the entry point to return.
        """
        self.log_metrics(result.list_metrics())
        return result.model_copy(update={"run_id": self.id})

    @property
    def _seeded(self) -> "tuple[int, np.random.Generator]":
        if self._random is None:
            raise ExperimentError(
                "this experiment was opened without a seed; open it with experiment(seed=...)"
            )
        return self._random

    def _seed_all(self, seed: int) -> dict[str, Any]:
        self._random = step(init_rng)(seed=seed)
        settings = step(init_tensorflow)(seed=self.draw_seed())
        return {"used_seed": self.seed, **{f"tensorflow_{key}": settings[key] for key in settings}}


@contextmanager
def experiment(
    title: str | None = None,
    *,
    seed: int | None = -1,
    parameters: Mapping[str, Any] | None = None,
    used: Mapping[str, Any] | None = None,
) -> Iterator[Run]:
    """Open the run of an experiment for a ``with`` block, seed it and log its parameters.

    It is an MLflow run, see ``start_run`` of ``dioptra_builtins.tracking.mlflow``, in MLflow's
    experiment by the name of the project's folder.

    Args:
        title: The run's name (default: that of the flow).
        seed: The seed of all random numbers, and of TensorFlow; -1 draws one; None seeds nothing.
        parameters: Those that are logged (default: those of the flow that is running, see
            :func:`dioptra.entrypoint.find_parameters`).
        used: Further ones, see :meth:`Run.log_parameters`.

    Yields:
        The run.

    Raises:
        StoreError: MLflow's database cannot be made or read.
        MissingRequirementError: MLflow or, with a seed, TensorFlow is not installed.
    """
    watch = Stopwatch()
    function, found = find_parameters()
    name = "experiment" if function is None else function.__name__
    project = None if function is None else find_project(function)
    opened = checked(start_run)(project.name if project else name, title or name)
    with opened as active:
        run = Run(active, watch)
        seeded = {} if seed is None else run._seed_all(seed)  # noqa: SLF001 - its own module's
        run.log_parameters(
            {**(found if parameters is None else parameters), **seeded, **(used or {})}
        )
        yield run


def get_hashes(run_id: str) -> dict[str, str]:
    """Get the hashes that a run has logged.

    Args:
        run_id: The run.

    Returns:
        SHA-256 by name.

    Raises:
        RunNotFoundError: There is no such run.
    """
    tags = step(get_run_data)(run_id).tags
    return {name: value for name, value in tags.items() if "_sha256" in name}
