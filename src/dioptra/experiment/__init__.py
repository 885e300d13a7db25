# SPDX-License-Identifier: Apache-2.0
"""What every experiment needs: its parameters, an opened run, models, images and typed results."""

from dioptra.experiment.images import find_labels, open_images, read_images
from dioptra.experiment.measuring import measure_model
from dioptra.experiment.models import Model, RegisteredModel, check_model_name, register_model
from dioptra.experiment.parameters import Data, DataSource, ImageSize, Seed
from dioptra.experiment.predictions import estimate_accuracy, predict_labels, read_outcomes
from dioptra.experiment.results import CleanResult, Measured, Metric, Result, Trained
from dioptra.experiment.run import Run, experiment, get_hashes
from dioptra.experiment.training import (
    Architecture,
    Training,
    TrainingImages,
    check_training,
    keep_trained,
    open_training_images,
    train_network,
)

__all__ = [
    "Architecture",
    "CleanResult",
    "Data",
    "DataSource",
    "ImageSize",
    "Measured",
    "Metric",
    "Model",
    "RegisteredModel",
    "Result",
    "Run",
    "Seed",
    "Trained",
    "Training",
    "TrainingImages",
    "check_model_name",
    "check_training",
    "estimate_accuracy",
    "experiment",
    "find_labels",
    "get_hashes",
    "keep_trained",
    "measure_model",
    "open_images",
    "open_training_images",
    "predict_labels",
    "read_images",
    "read_outcomes",
    "register_model",
    "train_network",
]
