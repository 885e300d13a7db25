"""The local tasks of this project."""

from prefect import task

from dioptra import datasets
from dioptra.experiment import Data
from dioptra.sdk.workspace import find_workspace


@task
def make_digits() -> Data:
    """Make the data set of handwritten digits that scikit-learn ships, unless it is there."""
    return Data(data_dir=datasets.make_digits(find_workspace() / "data" / "digits"))
