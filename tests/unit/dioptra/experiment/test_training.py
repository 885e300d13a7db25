"""What is checked before a training; the training itself is run by the entry points."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dioptra.experiment import Data, Training, check_training
from dioptra.sdk.exceptions import DatasetError

pytestmark = pytest.mark.usefixtures("prefect_server")


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.zeros((4, 6), np.uint8)).save(path)


def test_a_class_that_is_not_learnt_is_refused_before_the_training(tmp_path: Path) -> None:
    write(tmp_path, "training/a/0.png", "training/b/0.png", "testing/a/0.png", "testing/c/0.png")
    with pytest.raises(DatasetError, match="'c'"):
        check_training(Data(data_dir=tmp_path), "net")


def test_a_data_set_that_can_be_trained_on_is_given_with_its_whole_path(tmp_path: Path) -> None:
    write(tmp_path, "training/a/0.png", "training/b/0.png", "testing/b/0.png")
    assert check_training(Data(data_dir=tmp_path), "net") == tmp_path


@pytest.mark.usefixtures("tensorflow")
def test_the_optimizer_has_its_learning_rate() -> None:
    optimizer = Training(optimizer="sgd", learning_rate=0.25).make_optimizer()
    assert type(optimizer).__name__ == "SGD"
    assert float(optimizer.learning_rate) == 0.25
