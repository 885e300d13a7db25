import os
import subprocess
import sys
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dioptra_builtins.metrics._pairs import Memory, Pairs, cosine, l_1, l_2, l_inf, wasserstein


def _pairs(true: Any, pred: Any) -> Pairs:
    a, b = np.asarray(true), np.asarray(pred)
    return Pairs(a, b, Memory((len(a) + 1, a.shape[1]), np.result_type(a, b)))


def test_parallel_rows_have_the_cosine_one_despite_rounding() -> None:
    rows = np.random.default_rng(0).random((5000, 7))
    cosines = cosine(_pairs(rows, rows * 3))
    assert cosines.max() <= 1
    np.testing.assert_allclose(cosines, 1, rtol=1e-14)
    assert cosine(_pairs(rows, rows * -3)).min() >= -1


def test_wasserstein_orders_each_row_for_itself() -> None:
    pairs = _pairs([[3, 1, 0], [1, 2, 3]], [[5.0, 8.0, 6.0], [2.5, 1.0, 1.0]])
    assert wasserstein(pairs).tolist() == [5, 0.5]


def test_ordered_values_keep_the_precision_of_their_type() -> None:
    exact, fine = 2**40 + 1, 1 + 2**-40
    assert wasserstein(_pairs([[exact]], [[exact - 1]])).tolist() == [1]
    assert wasserstein(_pairs([[fine]], [[1.0]])).tolist() == [2**-40]
    assert wasserstein(_pairs([[fine]], np.ones((1, 1), np.uint8))).tolist() == [2**-40]


def test_norms_of_negative_differences() -> None:
    for norm, expected in ((l_inf, 4), (l_1, 7), (l_2, 5)):
        assert norm(_pairs([[0, 0]], [[3.0, 4.0]])).tolist() == [expected]


def test_differences_are_computed_once() -> None:
    pairs = _pairs([[1.0, 2.0]], [[3.0, 5.0]])
    gaps = pairs.gaps
    pairs.true[:] = 100
    assert pairs.gaps is gaps
    assert l_1(pairs).tolist() == [5]


def test_long_doubles_are_rounded_on_both_sides() -> None:
    tenths = np.array([[1, 3, 7]], np.longdouble) / 10
    for measure in (l_inf, l_1, l_2, wasserstein):
        for pair in (
            (tenths, tenths),
            (tenths, tenths.astype(float)),
            (tenths.astype(float), tenths),
        ):
            assert measure(_pairs(*pair)).tolist() == [0]


MEASURES = (l_inf, l_1, l_2, cosine, wasserstein)


@given(order=st.lists(st.sampled_from(MEASURES), max_size=8), dtype=st.sampled_from("fdegBhQ"))
@settings(deadline=None)
def test_what_was_measured_before_does_not_show(order: list[Any], dtype: str) -> None:
    a, b = np.random.default_rng(0).integers(0, 100, (2, 3, 4)).astype(dtype)
    before = a.copy(), b.copy()
    shared = _pairs(a, b)
    for measure in order:
        np.testing.assert_array_equal(measure(shared), measure(_pairs(a, b)))
    np.testing.assert_array_equal((a, b), before)


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
