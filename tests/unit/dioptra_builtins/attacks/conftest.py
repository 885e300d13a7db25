"""A linear classifier of two classes, whose attacked images can be told by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

SIGNS: NDArray[np.int64] = np.where(np.indices((4, 4)).sum(axis=0) % 2 == 0, 1, -1)
NAMES = ("a/0.png", "a/1.png", "a/2.png", "b/0.png", "b/1.png")


@pytest.fixture(autouse=True)
def art_is_there(art: None) -> None:
    """Tests may import ART as they like."""


@pytest.fixture(scope="session")
def board(tmp_path_factory: pytest.TempPathFactory, write_images: Callable[..., Path]) -> Path:
    """Five chessboards: of class a the light fields are 168 and the dark 88, of b inversely."""
    images = {name: 128 + 40 * SIGNS * (1 if name[0] == "a" else -1) for name in NAMES}
    folder = tmp_path_factory.mktemp("board")
    return write_images(folder, {name: pixels.astype(np.uint8) for name, pixels in images.items()})


@pytest.fixture(scope="session")
def linear(tensorflow: None) -> Any:  # noqa: ARG001 - it comes first
    """A classifier for which an image is of class a as far as its light fields outweigh the dark.

    So a pixel of class a misleads it most when it moves against its sign, one of b along it.
    """
    import keras

    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    layers = [keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    model = keras.Sequential([keras.Input((4, 4, 1)), *layers])
    weights = SIGNS.reshape(-1, 1).astype(np.float32)
    model.set_weights([np.hstack([weights, -weights]), np.zeros(2)])
    model.compile("adam", "categorical_crossentropy")
    return wrap_model(model)


@pytest.fixture(scope="session")
def field_of() -> Callable[[Path], dict[str, set[int]]]:
    """Tells what the light fields of the boards in a folder have become, for each class."""

    def measure(folder: Path) -> dict[str, set[int]]:
        fields: dict[str, set[int]] = {"a": set(), "b": set()}
        for path in folder.glob("*/adv_*.png"):
            pixels = np.asarray(Image.open(path)).astype(int)
            assert set(pixels[SIGNS == -1]) == {256 - value for value in pixels[SIGNS == 1]}
            fields[path.parent.name] |= set(pixels[SIGNS == 1].tolist())
        return fields

    return measure
