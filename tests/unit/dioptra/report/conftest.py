"""Small results whose every number can be followed by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dioptra.report import write_results
from dioptra.report.schema import Results
from dioptra.report.study import AttackStudy, studies

Entry = dict[str, Any]


def _entry(attacked: str, evaluated: str, eps: float, accuracy: float, **others: Any) -> Entry:
    return {
        "attack": "fgm",
        "attacked": attacked,
        "evaluated": evaluated,
        "eps": eps,
        "norm": "inf",
        "labels": "true",
        "accuracy": accuracy,
        "n": 100,
        "linf_max": min(eps, 1.0),
        "unchanged_share": 0.0,
        **others,
    }


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """Makes one attack's entry from attacked, evaluated, eps, accuracy and other fields."""
    return _entry


@pytest.fixture
def results() -> dict[str, Any]:
    """Two models a and b, attacked at eps 0.1 and 0.2, each shown the other's images too."""
    return {
        "dataset": "digits",
        "n_test": 100,
        "seed": 1,
        "models": {
            "b": {"clean_accuracy": 0.8},
            "a": {"clean_accuracy": 0.9, "parameters": 1234, "epochs": 2},
        },
        "attacks": [
            _entry("a", "a", 0.2, 0.1, distances={"l_2_norm_mean": 2.0, "l_2_norm_max": 3.0}),
            _entry("a", "a", 0.1, 0.5, distances={"l_2_norm_mean": 1.0}),
            _entry("a", "b", 0.1, 0.7),
            _entry("a", "b", 0.2, 0.6),
            _entry("b", "b", 0.1, 0.4),
            _entry("b", "b", 0.2, 0.0),
            _entry("b", "a", 0.2, 0.85),
        ],
        "versions": {"numpy": "2.4.6", "dioptra": "0.1.0"},
        "settings": {"eps": [0.1, 0.2], "batch_size": 32, "minimal": False},
        "durations": {"training": 6.0, "attack": 2.0, "overhead": 2.0, "total": 10.0},
    }


@pytest.fixture
def study_of() -> Callable[[dict[str, Any]], AttackStudy]:
    """Checks results and returns their first study."""
    return lambda results: studies(Results.model_validate(results))[0]


@pytest.fixture
def study(
    results: dict[str, Any], study_of: Callable[[dict[str, Any]], AttackStudy]
) -> AttackStudy:
    """The one study of the results."""
    return study_of(results)


@pytest.fixture
def samples() -> dict[str, Any]:
    """Two grey 2 x 2 images at each of two models; the second is misread after the attack."""
    clean = np.zeros((4, 2, 2, 1), dtype=np.uint8)
    adversarial = clean.copy()
    adversarial[:, 0, 0, 0] = 51
    return {
        "attacked": np.array(["b", "b", "a", "a"]),
        "eps": np.full(4, 0.2),
        "label": np.array(["zero", "one", "zero", "one"]),
        "predicted_clean": np.array(["zero", "one", "zero", "one"]),
        "predicted_adversarial": np.array(["zero", "nine", "zero", "nine"]),
        "clean": clean,
        "adversarial": adversarial,
    }


@pytest.fixture
def folder(tmp_path: Path, results: dict[str, Any], samples: dict[str, Any]) -> Path:
    """A results folder with sample images."""
    path = tmp_path / "results"
    write_results(path, results)
    np.savez(path / "samples.npz", **samples)
    return path
