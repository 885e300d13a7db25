"""The yardstick computes what the suite computes."""

import numpy as np

from benchmarks.classic import measure_pairs
from benchmarks.subjects.determinism import describe as describe_training
from benchmarks.subjects.distances import describe
from dioptra_builtins.metrics.distance import METRICS


def test_its_distances_are_those_of_the_suite() -> None:
    clean = np.zeros((2, 2, 2, 1))
    clean[:, 0, 0] = 0.25
    attacked = clean + 0.5
    found = {name: metric(clean, attacked) for name, metric in METRICS.items()}
    assert describe(found, measure_pairs(clean, attacked)).startswith("equal")
    np.testing.assert_allclose(found["l_2_norm"], [1.0, 1.0])


def test_a_training_names_the_first_one_with_its_weights() -> None:
    found = {"a": ["1", "1"], "b": ["2", "3"], "c": ["1", "1"], "d": ["2", "2"]}
    assert [describe_training(name, found) for name in found] == [
        "the same weights each time",
        "2 different weights in 2 trainings",
        "the same weights as: a",
        "the same weights each time",
    ]
