# SPDX-License-Identifier: Apache-2.0
"""What a model predicts for each image, and the accuracy that follows."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra.experiment.images import open_images
from dioptra.pyplugs import checked, step
from dioptra_builtins.artifacts.mlflow import download_all_artifacts_in_run
from dioptra_builtins.estimators.tensorflow import predict_classes
from dioptra_builtins.metrics import comparison

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from dioptra.contracts import ModelContract

PREDICTIONS = "predictions"
"""The table of a run with one row for each image."""


def predict_labels(estimator: Any, dataset: Any, contract: "ModelContract") -> "pd.DataFrame":
    """Predict the class of each image of a data set.

    Args:
        estimator: A Keras model, or a classifier of ART.
        dataset: What :func:`dioptra.experiment.open_images` gave.
        contract: What the output of the model means; classes are matched by their names.

    Returns:
        One row for each image, in the order of the files: ``image`` (its path below the folder),
        ``label`` and ``prediction`` (the names of its class and of the predicted one), and whether
        it is ``correct``.

    Raises:
        DatasetError: The model does not know a class of the data set.
    """
    import numpy as np
    import pandas as pd

    contract.match(dataset.class_names)
    predicted = step(predict_classes)(estimator=estimator, x=dataset, output=contract.output)
    labels = np.array(dataset.class_names)[dataset.labels]
    predictions = np.array(contract.class_names)[predicted]
    return pd.DataFrame(
        {
            "image": ["/".join(path.rsplit("/", 2)[1:]) for path in dataset.file_paths],
            "label": labels,
            "prediction": predictions,
            "correct": labels == predictions,
        }
    )


def estimate_accuracy(predictions: "pd.DataFrame") -> dict[str, Any]:
    """Give the accuracy over n images, and the 95 % interval that it is known to.

    Args:
        predictions: One row for each image, with the column ``correct``.

    Returns:
        ``accuracy``, ``accuracy_low`` and ``accuracy_high``, shares in [0, 1], and ``n``.
    """
    return step(comparison.estimate_accuracy)(predictions["correct"].to_numpy(bool))


def measure_folder(
    estimator: Any, folder: Path, contract: "ModelContract"
) -> "tuple[pd.DataFrame, dict[str, Any]]":
    """Predict the class of each image of a folder.

    Args:
        estimator: A Keras model, or a classifier of ART.
        folder: The images, one folder for each class.
        contract: What the input and the output of the model mean.

    Returns:
        What ``predict_labels`` and ``estimate_accuracy`` give.

    Raises:
        DatasetError: The folder cannot be used, or has a class that the model does not know.
    """
    images = open_images(folder, contract.image_size, contract)
    predictions = predict_labels(estimator, images, contract)
    return predictions, estimate_accuracy(predictions)


def read_outcomes(run_id: str) -> "NDArray[np.bool_]":
    """Read which images a run has found to be classified correctly.

    Args:
        run_id: A run of an attack or of an evaluation.

    Returns:
        bool [n], in the order of the images.

    Raises:
        RunNotFoundError: There is no such run, or it has kept no predictions.
    """
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        path = checked(download_all_artifacts_in_run)(run_id, f"{PREDICTIONS}.csv.gz", folder)
        return pd.read_csv(path, usecols=["correct"])["correct"].to_numpy(bool)
