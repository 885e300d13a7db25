import os
import subprocess
import sys

import numpy as np

from dioptra_builtins.metrics import _pairs


def test_parallel_rows_have_the_cosine_one_despite_rounding() -> None:
    rows = np.random.default_rng(0).random((5000, 7))
    cosines = _pairs.cosine(rows, rows * 3)
    assert cosines.max() <= 1
    np.testing.assert_allclose(cosines, 1, rtol=1e-14)
    assert _pairs.cosine(rows, rows * -3).min() >= -1


def test_wasserstein_takes_rows_that_are_in_order() -> None:
    a, b = np.array([[0.0, 1.0, 3.0]]), np.array([[5.0, 6.0, 8.0]])
    assert _pairs.wasserstein(a, b).tolist() == [5]


def test_norms_of_negative_differences() -> None:
    for norm, expected in ((_pairs.l_inf, 4), (_pairs.l_1, 7), (_pairs.l_2, 5)):
        assert norm(np.zeros((1, 2)), np.array([[3.0, 4.0]])).tolist() == [expected]


HASH_DISTANCES = """
import hashlib
import numpy as np
from dioptra_builtins.metrics.distance import METRICS
pairs = np.random.default_rng(0).random((2, 300, 784))
distances = [measure(*pairs) for measure in METRICS.values()]
print(hashlib.sha256(np.stack(distances).tobytes()).hexdigest())
"""


def test_the_bits_of_a_distance_do_not_depend_on_the_kernel_that_blas_chooses() -> None:
    hashes = {
        subprocess.run(
            [sys.executable, "-c", HASH_DISTANCES],
            env={**os.environ, "OPENBLAS_CORETYPE": kernel},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for kernel in ("Haswell", "Nehalem")
    }
    assert len(hashes) == 1
