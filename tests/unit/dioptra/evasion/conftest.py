"""A data set of two classes and a registered model of it, whose pixels go from -1 to 1."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dioptra.experiment import Model, RegisteredModel, experiment, register_model

SIZE = (8, 8, 1)
Forget = Callable[[pytest.MonkeyPatch], None]
PER_CLASS = 12


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures that are lighter on the left (class a) or on the right (class b)."""
    folder, rng = tmp_path_factory.mktemp("halves"), np.random.default_rng(1)
    for part in ("training", "testing"):
        for side, name in enumerate("ab"):
            target = folder / part / name
            target.mkdir(parents=True)
            for number in range(PER_CLASS):
                pixels = rng.integers(90, 130, size=SIZE[:2])
                pixels[:, 4 * side : 4 * side + 4] += rng.integers(20, 60)
                Image.fromarray(pixels.astype(np.uint8)).save(target / f"{number:02}.png")
    return folder


@pytest.fixture(scope="session")
def session_store(
    tmp_path_factory: pytest.TempPathFactory,
    prefect_server: str,  # noqa: ARG001 - steps run on it
    forget_experiment: Forget,
) -> Iterator[Path]:
    """A workspace of all tests here: to make a tracking store takes a second or two."""
    folder = tmp_path_factory.mktemp("evasion")
    with pytest.MonkeyPatch.context() as patch:
        forget_experiment(patch)
        _choose(patch, folder)
        yield folder


@pytest.fixture(autouse=True)
def store(
    session_store: Path,
    workspace: Path,  # noqa: ARG001 - it comes first
    monkeypatch: pytest.MonkeyPatch,
    forget_experiment: Forget,
) -> Path:
    """The workspace, chosen for one test."""
    forget_experiment(monkeypatch)
    _choose(monkeypatch, session_store)
    return session_store


def _choose(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setenv("DIOPTRA_WORKSPACE", str(folder))
    patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")


@pytest.fixture(scope="session")
def halves(session_store: Path, data_dir: Path, tensorflow: None) -> Model:  # noqa: ARG001 - they come first
    """The model ``halves``: it compares the two sides."""
    import keras

    from dioptra_builtins.registry.contracts import make_model_contract

    sides = np.where(np.arange(64) % 8 < 4, 1.0, -1.0).reshape(-1, 1)
    layers: list[Any] = [keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    model = keras.Sequential([keras.Input(SIZE), *layers])
    model.set_weights([np.hstack([sides, -sides]), np.zeros(2)])
    model.compile("sgd", "categorical_crossentropy")
    contract = make_model_contract(model, class_names=["a", "b"], pixel_interval=(-1.0, 1.0))
    with experiment("make halves", seed=None) as run:
        register_model(run.active, model, contract, "halves")
    return RegisteredModel(model_name="halves").find()
