# SPDX-License-Identifier: Apache-2.0
"""Evaluating a registered model on clean test images."""

from typing import TYPE_CHECKING

from dioptra.experiment.images import hash_images
from dioptra.experiment.models import hash_model
from dioptra.experiment.predictions import PREDICTIONS, measure_folder
from dioptra.experiment.results import Measured
from dioptra.experiment.run import experiment

if TYPE_CHECKING:
    from dioptra.experiment.models import RegisteredModel
    from dioptra.experiment.parameters import DataSource


def measure_model(data: "DataSource", model: "RegisteredModel") -> Measured:
    """Evaluate a registered model on the test images of a data set.

    Args:
        data: The data set.
        model: The model.

    Returns:
        The run, the model and its accuracy.

    Raises:
        ContractError: The model has no contract, or takes other images.
        DatasetError: The data set cannot be used, or has a class that the model does not know.
        ModelNotFoundError: There is no such model.
    """
    testing, found = data.find("testing") / "testing", model.find()
    found.check_fit(testing, data.image_size)
    parameters = {**dict(data), **dict(model)}
    used = {"used_data_dir": testing.parent, "used_model_version": found.version}
    opened = experiment(f"clean {found.name}", seed=0, parameters=parameters, used=used)
    with opened as run:
        estimator = found.load_estimator()
        with run.section("evaluation"):
            predictions, accuracy = measure_folder(estimator, testing, found.contract)
            data_hash = hash_images(testing)
        run.log_hashes(
            {"data_sha256.testing": data_hash, "model_sha256.weights": hash_model(estimator)}
        )
        notes = found.compare_origin(data_hash, str(testing.parent))
        run.log_notes(notes)
        run.log_table(PREDICTIONS, predictions)
        return run.log(
            Measured(
                run_id=run.id,
                model_name=found.name,
                model_version=found.version,
                **{f"clean_{name}": accuracy[name] for name in accuracy if name != "n"},
                n_test=accuracy["n"],
                notes=tuple(notes),
                durations=run.watch.durations(),
            )
        )
