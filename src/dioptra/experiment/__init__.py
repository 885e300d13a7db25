# SPDX-License-Identifier: Apache-2.0
"""What every experiment needs: its parameters, an opened run, models, images and typed results."""

from dioptra.experiment.images import find_labels, open_images, read_images
from dioptra.experiment.models import Model, RegisteredModel, check_model_name, register_model
from dioptra.experiment.parameters import Data, DataSource, ImageSize, Seed
from dioptra.experiment.predictions import estimate_accuracy, predict_labels, read_outcomes
from dioptra.experiment.results import Metric, Result, Trained
from dioptra.experiment.run import Run, experiment, get_hashes
from dioptra.experiment.training import (
    Training,
    TrainingImages,
    check_training,
    keep_trained,
    open_training_images,
)

__all__ = [
    "Data",
    "DataSource",
    "ImageSize",
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
    "open_images",
    "open_training_images",
    "predict_labels",
    "read_images",
    "read_outcomes",
    "register_model",
]
