"""A tiny data set."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Class folders a and b with the images a/1.png, b/1.png and b/2.png, 3 x 2 pixels, grey."""
    for name in ("a/1.png", "b/1.png", "b/2.png"):
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.arange(6, dtype=np.uint8).reshape(3, 2)).save(path)
    return tmp_path / "set"
