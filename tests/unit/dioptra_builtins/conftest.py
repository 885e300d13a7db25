"""Tiny folders of images, TensorFlow started once, and one tracking store a module."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

Images = Mapping[str, NDArray[np.uint8]]
WriteImages = Callable[[Path, Images], Path]


def _write_images(root: Path, images: Images) -> Path:
    for name, pixels in images.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return root


@pytest.fixture(scope="session")
def write_images() -> WriteImages:
    """Writes images, uint8 [height, width] or [height, width, 3], by their path below a folder."""
    return _write_images


@pytest.fixture(scope="module")
def store_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tracking store that the tests of one module share: to make one takes a second or two."""
    return f"sqlite:///{tmp_path_factory.mktemp('store') / 'mlflow.db'}"


@pytest.fixture
def store(
    store_uri: str,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    forget_experiment: Callable[[pytest.MonkeyPatch], None],
) -> Iterator[Path]:
    """The module's store, with no experiment chosen; gives the test's own workspace."""
    import mlflow

    monkeypatch.setenv("MLFLOW_TRACKING_URI", store_uri)
    forget_experiment(monkeypatch)
    yield workspace
    assert mlflow.active_run() is None


@pytest.fixture
def always_dropout() -> Any:
    """A layer, made from a rate, that draws random numbers in every call."""
    from keras import layers

    class AlwaysDropout(layers.Dropout):  # type: ignore[misc]
        def call(self, inputs: Any, training: bool = False) -> Any:  # noqa: ARG002 - Keras names it
            return super().call(inputs, training=True)

    return AlwaysDropout
