from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dioptra.report.archive import load_arrays
from dioptra.sdk.exceptions import ResultsError


def _save(folder: Path, arrays: dict[str, Any]) -> Path:
    path = folder / "samples.npz"
    np.savez(path, **arrays)
    return path


def test_arrays_are_loaded_by_name_and_others_left_out(
    tmp_path: Path, samples: dict[str, Any]
) -> None:
    loaded = load_arrays(_save(tmp_path, {**samples, "other": np.zeros(3)}))
    assert loaded.keys() == samples.keys()
    assert all((loaded[name] == samples[name]).all() for name in samples)


def test_a_missing_array_is_named(tmp_path: Path, samples: dict[str, Any]) -> None:
    del samples["label"]
    with pytest.raises(ResultsError, match=r"samples.npz: array 'label' is missing; write the"):
        load_arrays(_save(tmp_path, samples))


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("eps", np.array(["a"] * 4), r"is <U1 \[4\], and should be float \[m\]"),
        ("label", np.arange(4), r"is int64 \[4\], and should be str \[m\]"),
        ("clean", np.zeros((4, 2, 2, 1)), r"is float64 \[4, 2, 2, 1\], and should be uint8"),
        ("clean", np.zeros((4, 2, 2, 1), np.uint16), "is uint16"),
        ("clean", np.zeros((4, 2, 2), np.uint8), r"is uint8 \[4, 2, 2\]"),
        ("clean", np.zeros((4, 2, 2, 4), np.uint8), r"is uint8 \[4, 2, 2, 4\]"),
        ("clean", np.zeros((4, 0, 2, 1), np.uint8), r"is uint8 \[4, 0, 2, 1\]"),
        ("eps", np.zeros(3), r"is \[3\], which does not go with 'attacked', \[4\]"),
        ("clean", np.zeros((3, 2, 2, 1), np.uint8), r"does not go with 'attacked', \[4\]"),
        ("adversarial", np.zeros((4, 2, 3, 1), np.uint8), r"not go with 'clean', \[4, 2, 2, 1\]"),
    ],
)
def test_an_array_that_does_not_fit_is_named_with_what_was_wanted(
    tmp_path: Path, samples: dict[str, Any], name: str, array: object, message: str
) -> None:
    with pytest.raises(ResultsError, match=f"array '{name}' {message}|array '{name}' .*{message}"):
        load_arrays(_save(tmp_path, {**samples, name: array}))


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_archive_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "samples.npz"
    path.write_bytes(content)
    with pytest.raises(ResultsError, match=r"samples.npz is not a NumPy archive: .*; write the"):
        load_arrays(path)


def test_a_single_array_is_no_archive(tmp_path: Path) -> None:
    path = tmp_path / "samples.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ResultsError, match="is not a NumPy archive"):
        load_arrays(path)


def test_pickled_objects_are_not_loaded(tmp_path: Path, samples: dict[str, Any]) -> None:
    samples["label"] = samples["label"].astype(object)
    with pytest.raises(ResultsError, match="is not a NumPy archive: Object arrays"):
        load_arrays(_save(tmp_path, samples))
