import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dioptra_builtins.metrics import _rows
from dioptra_builtins.metrics._pairs import Pairs, l_1, l_inf
from dioptra_builtins.metrics._rows import BLOCK_VALUES, THREAD_VALUES, measure_rows
from dioptra_builtins.metrics.distance import METRICS
from dioptra_builtins.metrics.exceptions import MetricInputError

Rows = NDArray[np.float64]
WIDTH = 64
BLOCK = BLOCK_VALUES // WIDTH


def _blocks(samples: int, width: int) -> list[tuple[int, ...]]:
    shapes: list[tuple[int, ...]] = []

    def note(pairs: Pairs) -> Rows:
        assert pairs.true.shape == pairs.pred.shape
        shapes.append(pairs.true.shape)
        return np.asarray(pairs.pred[:, 0] - pairs.true[:, 0], np.float64)

    values = np.zeros((samples, width), np.uint8)
    [measured] = measure_rows([note], values, values + np.arange(samples)[:, None] % 251)
    np.testing.assert_array_equal(measured, np.arange(samples) % 251)
    # Threads take blocks in any order.
    return sorted(shapes, reverse=True)


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize(
    ("samples", "blocks"),
    [
        (0, []),
        (1, [1]),
        (THREAD_VALUES // WIDTH - 1, [THREAD_VALUES // WIDTH - 1]),
        (THREAD_VALUES // WIDTH, [THREAD_VALUES // WIDTH // 2] * 2),
        (2 * BLOCK, [BLOCK] * 2),
        (2 * BLOCK + 1, [BLOCK // 2 + 1] * 3 + [BLOCK // 2 - 2]),
        (3 * BLOCK, [3 * BLOCK // 4] * 4),
    ],
)
def test_a_small_batch_is_one_block_and_a_larger_one_is_shared(
    samples: int, blocks: list[int]
) -> None:
    assert _blocks(samples, WIDTH) == [(rows, WIDTH) for rows in blocks]


@pytest.mark.parametrize(
    ("width", "rows"), [(40, [69, 69, 67]), (2048, [2, 2, 1]), (4096, [1] * 5), (5000, [1] * 5)]
)
def test_wide_rows_make_blocks_of_fewer(
    width: int, rows: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr(_rows, "BLOCK_VALUES", 4096)
    assert _blocks(sum(rows), width) == [(count, width) for count in rows]


def test_a_row_beyond_the_size_of_a_block_is_a_block() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, (2, 2, BLOCK_VALUES + 1), np.uint8)
    expected = np.abs(a.astype(np.int16) - b).max(axis=1)
    np.testing.assert_array_equal(METRICS["l_inf_norm"](a, b), expected)


@given(
    samples=st.integers(0, 40),
    width=st.integers(1, 12),
    values=st.integers(1, 200),
    name=st.sampled_from(sorted(METRICS)),
)
@settings(deadline=None)
def test_the_boundaries_of_blocks_do_not_show(
    samples: int, width: int, values: int, name: str
) -> None:
    a, b = np.random.default_rng(samples).integers(-50, 50, (2, samples, width))
    expected = [METRICS[name](a[[i]], b[[i]])[0] for i in range(samples)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_rows, "BLOCK_VALUES", values)
        patch.setattr(_rows, "THREAD_VALUES", values)
        measured = METRICS[name](a, b)
    np.testing.assert_allclose(measured, expected, rtol=1e-14)


@pytest.mark.parametrize("name", METRICS)
def test_batches_beyond_a_block_give_the_distances_of_their_parts(name: str) -> None:
    a, b = np.random.default_rng(0).integers(0, 256, (2, 3 * BLOCK + 7, 8, 8), np.uint8)
    parts = [METRICS[name](a[i : i + 1000], b[i : i + 1000]) for i in range(0, len(a), 1000)]
    np.testing.assert_array_equal(METRICS[name](a, b), np.concatenate(parts))


@pytest.mark.parametrize("cores", [None, 1, 2, 3, 64])
@pytest.mark.parametrize("name", METRICS)
def test_the_number_of_cores_does_not_show(
    name: str, cores: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_rows, "BLOCK_VALUES", 300)
    monkeypatch.setattr(_rows, "THREAD_VALUES", 300)
    a, b = np.random.default_rng(0).random((2, 607, 3))
    expected = [METRICS[name](a[i : i + 1], b[i : i + 1])[0] for i in range(len(a))]
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    np.testing.assert_array_equal(METRICS[name](a, b), expected)


@pytest.mark.usefixtures("two_cores")
def test_an_error_in_any_block_reaches_the_caller() -> None:
    def refuse(pairs: Pairs) -> Rows:
        if pairs.true[-1, 0]:
            raise ZeroDivisionError("the last block")
        return np.zeros(len(pairs.true))

    values = np.zeros((3 * BLOCK + 1, WIDTH))
    values[-1] = 1
    with pytest.raises(ZeroDivisionError, match="the last block"):
        measure_rows([refuse], values, values)


@pytest.mark.parametrize("name", METRICS)
def test_arrays_that_are_not_contiguous_are_read_in_order(name: str) -> None:
    a, b = np.random.default_rng(0).random((2, 6, 5, 4))
    strided = a.transpose(2, 0, 1)[::-1], b.transpose(2, 0, 1)[::-1]
    expected = METRICS[name](*(np.ascontiguousarray(batch) for batch in strided))
    np.testing.assert_array_equal(METRICS[name](*strided), expected)


def test_several_measures_are_rows_in_their_order() -> None:
    rows = measure_rows([l_1, l_inf, l_1], [[1, 2], [0, 0]], [[4, 2], [3, 4]])
    assert [found.dtype for found in rows] == [np.float64] * 3
    assert [found.tolist() for found in rows] == [[3, 7], [3, 4], [3, 7]]


def test_no_measure_is_no_row() -> None:
    assert measure_rows([], np.zeros((5, 2)), np.zeros((5, 2))) == []


@pytest.mark.usefixtures("two_cores")
def test_memory_does_not_grow_with_the_batch() -> None:
    a = np.zeros((100 * BLOCK, WIDTH), np.uint8)
    METRICS["l_1_norm"](a[:2], a[:2])
    tracemalloc.start()
    METRICS["l_1_norm"](a, a)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < a.size * 8 / 10


@pytest.mark.parametrize(
    ("true", "pred"), [((3,), (4,)), ((3,), (3, 1)), ((2, 3), (2, 4)), ((0, 2), (0, 3)), ((), (1,))]
)
def test_two_shapes_are_refused(true: tuple[int, ...], pred: tuple[int, ...]) -> None:
    with pytest.raises(MetricInputError, match="two batches of one shape") as caught:
        measure_rows([], np.zeros(true), np.zeros(pred))
    assert f"y_true {list(true)} and y_pred {list(pred)}" in str(caught.value)


@pytest.mark.parametrize("shape", [(), (3, 0), (2, 4, 0), (2, 0, 4)])
def test_what_is_no_batch_of_samples_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(MetricInputError, match=r"needs batches \[n, \.\.\.\] of samples"):
        measure_rows([], np.zeros(shape), np.zeros(shape))


@pytest.mark.parametrize("dtype", [complex, "U1", "S1", object, "datetime64[s]", "timedelta64[s]"])
@pytest.mark.parametrize("samples", [0, 2])
def test_what_is_no_real_number_is_refused(dtype: Any, samples: int) -> None:
    odd, fine = np.zeros((samples, 2), dtype), np.zeros((samples, 2))
    for pair in ((odd, fine), (fine, odd)):
        with pytest.raises(MetricInputError, match="a distance needs real numbers") as caught:
            measure_rows([], *pair)
        assert str(odd.dtype) in str(caught.value)


def test_after_an_error_no_thread_goes_on() -> None:
    seen: list[int] = []

    def fail(pairs: Pairs) -> Rows:
        seen.append(len(pairs.true))
        raise MetricInputError("no such distance")

    batch = np.zeros((20 * BLOCK, WIDTH))
    with pytest.raises(MetricInputError, match="no such distance"):
        measure_rows([fail], batch, batch)
    assert len(seen) <= _rows.MOST_THREADS


def test_threads_keep_to_what_the_caller_makes_of_numerical_errors() -> None:
    states = []

    def note(pairs: Pairs) -> Rows:
        states.append(np.geterr()["over"])
        return pairs.gaps[:, 0]

    batch = np.zeros((20 * BLOCK, WIDTH))
    with np.errstate(over="raise"):
        measure_rows([note], batch, batch)
    assert set(states) == {"raise"}
