"""Evaluate a registered model on the clean test images of a data set."""

from dioptra.entrypoint import flow, main
from dioptra.experiment import Data, Measured, RegisteredModel, measure_model


@flow
def measure(data: Data, model: RegisteredModel) -> Measured:
    """Evaluate a registered model on the clean test images of a data set."""
    return measure_model(data, model)


if __name__ == "__main__":
    main(measure)
