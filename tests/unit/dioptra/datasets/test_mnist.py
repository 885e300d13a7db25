"""MNIST, over small files of its format."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dioptra.datasets import make_mnist, mnist
from dioptra.sdk.exceptions import DownloadError


def idx(array: np.ndarray) -> bytes:
    head = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4) for n in array.shape)
    return head + array.astype(np.uint8).tobytes()


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A local mirror of a set of five training and two test images."""
    contents = {
        "train-images-idx3-ubyte": idx(np.arange(5 * 6).reshape(5, 2, 3)),
        "train-labels-idx1-ubyte": idx(np.array([3, 1, 3, 0, 1])),
        "t10k-images-idx3-ubyte": idx(np.arange(100, 112).reshape(2, 2, 3)),
        "t10k-labels-idx1-ubyte": idx(np.array([1, 0])),
    }
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, content in contents.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(mnist, "SHA256", hashes)
    return folder


def test_training_and_test_images_come_from_their_files(mirror: Path, tmp_path: Path) -> None:
    folder = make_mnist(tmp_path / "mnist", [str(mirror)])
    assert len(list(folder.glob("training/*/*.png"))) == 5
    fourth = np.asarray(Image.open(folder / "training" / "0" / "00003.png"))
    assert fourth.tolist() == [[18, 19, 20], [21, 22, 23]]
    assert (folder / "testing" / "1" / "00000.png").is_file()


def test_the_environment_names_mirrors(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIOPTRA_MNIST_MIRRORS", f"{tmp_path / 'nowhere'}, {mirror}")
    assert (make_mnist(tmp_path / "mnist") / "dataset.json").is_file()


def test_files_that_are_not_the_genuine_ones_are_refused(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist, "SHA256", dict.fromkeys(mnist.SHA256, "0" * 64))
    with pytest.raises(DownloadError, match="not the genuine one"):
        make_mnist(tmp_path / "mnist", [str(mirror)])
    assert not (tmp_path / "mnist" / "training").exists()
