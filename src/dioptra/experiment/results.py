# SPDX-License-Identifier: Apache-2.0
"""What entry points return: typed, and the same that they log."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict

from dioptra.experiment.models import RegisteredModel

_METRIC = "dioptra.metric"

Metric = Annotated[float, _METRIC]
"""The type of a field of a result that MLflow keeps as a metric, by the field's name."""

Count = Annotated[int, _METRIC]
"""A metric that is a number of things, such as images."""

Metrics = Annotated[dict[str, float], _METRIC]
"""The type of a field whose entries are metrics, by their own names."""


class Result(BaseModel):
    """What an entry point returns; :meth:`dioptra.experiment.Run.log` logs its metrics.

    A field is read as an attribute, ``result.run_id``, or by its name, ``result["run_id"]``.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, protected_namespaces=()
    )

    run_id: str
    """The MLflow run."""

    def __getitem__(self, name: str) -> Any:
        if name not in type(self).model_fields:
            raise KeyError(name)
        return getattr(self, name)

    def list_metrics(self) -> dict[str, float]:
        """List the fields that are metrics.

        Returns:
            Names and values.
        """
        found: dict[str, float] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if _METRIC in field.metadata and value is not None:
                found |= value if isinstance(value, dict) else {name: value}
        return found


class CleanResult(Result):
    """A registered model, and its accuracy on clean test images."""

    model_name: str
    """Its name in the registry."""

    model_version: str
    """Its version there."""

    clean_accuracy: Metric
    """The accuracy on the test images, in [0, 1]."""

    clean_accuracy_low: Metric
    """The lower end of its 95 % interval (Wilson)."""

    clean_accuracy_high: Metric
    """The upper end."""

    n_test: int
    """The number of test images."""

    @property
    def model(self) -> RegisteredModel:
        """The model, to attack or evaluate it."""
        return RegisteredModel(model_name=self.model_name, model_version=self.model_version)


class Measured(CleanResult):
    """A registered model that was evaluated on clean test images."""

    notes: tuple[str, ...] = ()
    """What must be known of the result."""

    durations: dict[str, float]
    """Seconds by section; ``total`` and ``overhead`` are derived from them."""


class Trained(CleanResult):
    """A model that was trained and registered."""

    epochs: int
    """How often training went over the images."""

    parameters: int
    """The number of the model's parameters."""

    seed: int
    """The seed that was used."""

    durations: dict[str, float]
    """Seconds by section; ``total`` and ``overhead`` are derived from them."""
