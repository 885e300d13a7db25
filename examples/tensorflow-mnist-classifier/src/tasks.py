"""What the entry points of this example share: its data set, its models and its local tasks."""

from pathlib import Path

from dioptra import datasets
from dioptra.experiment import Architecture, DataSource, RegisteredModel
from dioptra.sdk.workspace import find_workspace
from prefect import task

# As long as it takes to show the effect: more epochs change the accuracies by little.
TRAINING: dict[str, dict[Architecture, dict[str, int]]] = {
    "mnist": {
        "le_net": {"epochs": 3, "batch_size": 64},
        "shallow_net": {"epochs": 7, "batch_size": 32},
    },
    "digits": {
        "le_net": {"epochs": 10, "batch_size": 32},
        "shallow_net": {"epochs": 40, "batch_size": 32},
    },
}
STRENGTHS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3]


class Digits(DataSource):
    """A data set of handwritten digits."""

    data_dir: Path | None = None
    """The folder that holds the folders training and testing (default: data/mnist in the
    workspace)."""

    @property
    def folder(self) -> Path:
        """The folder that was named, or the workspace's data/mnist."""
        return self.data_dir or find_workspace() / "data" / "mnist"

    @property
    def how_to_make_it(self) -> str:
        """What a message adds where there is no such folder."""
        return "" if self.data_dir else f"; make it with: dioptra data mnist {self.folder}"


class LeNet(RegisteredModel):
    """A registered model; where none is named, that of the architecture le_net."""

    model_name: str = "le_net"
    """The registered model."""


@task
def prepare_data(dataset: str) -> Path:
    """Make the data set, or the bundled digits where MNIST cannot be had.

    Args:
        dataset: "mnist", "digits", or "auto": MNIST, and without network the digits.

    Returns:
        The folder of the data set.
    """
    data = find_workspace() / "data"
    if dataset == "digits":
        return datasets.make_digits(data / "digits")
    if dataset == "mnist":
        return datasets.make_mnist(data / "mnist")
    folder, reason = datasets.make_mnist_or_digits(data)
    if reason:
        print(f"MNIST is out of reach: {reason}")
        print("Going on with scikit-learn's bundled handwritten digits; the results name them.")
    return folder
