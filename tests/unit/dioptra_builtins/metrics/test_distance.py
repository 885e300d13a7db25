import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from scipy.stats import wasserstein_distance
from sklearn.metrics.pairwise import (
    paired_cosine_distances as sklearn_cosine_distances,
)
from sklearn.metrics.pairwise import (
    paired_euclidean_distances as sklearn_euclidean_distances,
)
from sklearn.metrics.pairwise import (
    paired_manhattan_distances as sklearn_manhattan_distances,
)

from dioptra import pyplugs
from dioptra.sdk.exceptions import (
    NonFiniteError,
    UnknownPackageError,
    UnknownPluginError,
    UnknownPluginFunctionError,
)
from dioptra_builtins.metrics import _rows
from dioptra_builtins.metrics.distance import (
    METRICS,
    DistanceMetrics,
    get_distance_metric,
    get_distance_metric_list,
    l_1_norm,
    l_2_norm,
    l_inf_norm,
    paired_cosine_similarities,
    paired_euclidean_distances,
    paired_manhattan_distances,
    paired_wasserstein_distances,
    summarize_distances,
)
from dioptra_builtins.metrics.exceptions import (
    MetricInputError,
    MetricRequestError,
    UnknownDistanceMetricError,
)

Metric = Callable[[Any, Any], NDArray[np.float64]]
Batches = tuple[NDArray[np.float64], ...]

DISTANCES = [name for name in METRICS if name != "paired_cosine_similarities"]
STATISTICS = ["mean", "median", "stdev", "iqr", "min", "max"]


def _batches(count: int) -> st.SearchStrategy[Batches]:
    # Small numbers whose sums and squares are exact, and some that are not.
    values = st.integers(-255, 255).map(float) | st.floats(-1, 1, width=32)
    return array_shapes(min_dims=1, max_dims=4, max_side=4).flatmap(
        lambda shape: st.tuples(*[arrays(np.float64, shape, elements=values)] * count)
    )


def _flat(batch: NDArray[Any]) -> NDArray[np.float64]:
    return batch.reshape(len(batch), -1).astype(np.float64)


def _images(seed: int, shape: tuple[int, ...] = (7, 5, 4, 3)) -> NDArray[np.float64]:
    return np.random.default_rng(seed).random(shape)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (l_inf_norm, [4.0, 5.0]),
        (l_1_norm, [7.0, 5.0]),
        (l_2_norm, [5.0, 5.0]),
        (paired_manhattan_distances, [7.0, 5.0]),
        (paired_euclidean_distances, [5.0, 5.0]),
        (paired_cosine_similarities, [0.0, 0.0]),
        (paired_wasserstein_distances, [3.5, 2.5]),
    ],
)
def test_distances_are_those_worked_out_by_hand(metric: Metric, expected: list[float]) -> None:
    measured = metric([[0, 0], [0, 5]], [[3, -4], [0, 0]])
    assert measured.tolist() == expected
    assert measured.dtype == np.float64


def test_the_cosine_of_known_angles() -> None:
    east = [[1, 0]] * 5
    others = [[2, 0], [1, 1], [0, 3], [-1, 1], [-7, 0]]
    expected = [1, np.sqrt(0.5), 0, -np.sqrt(0.5), -1]
    np.testing.assert_allclose(paired_cosine_similarities(east, others), expected, rtol=1e-15)


@given(batches=_batches(2))
@settings(deadline=None)
def test_l_norms_are_those_of_numpy(batches: Batches) -> None:
    a, b = batches
    difference = _flat(a) - _flat(b)
    for metric, order in ((l_inf_norm, np.inf), (l_1_norm, 1), (l_2_norm, 2)):
        expected = np.linalg.norm(difference, ord=order, axis=1)
        np.testing.assert_allclose(metric(a, b), expected, rtol=1e-12)


@given(batches=_batches(2))
@settings(deadline=None)
def test_paired_distances_are_those_of_scikit_learn(batches: Batches) -> None:
    a, b = batches
    flat = _flat(a), _flat(b)
    np.testing.assert_allclose(
        paired_euclidean_distances(a, b), sklearn_euclidean_distances(*flat), rtol=1e-12
    )
    np.testing.assert_allclose(
        paired_manhattan_distances(a, b), sklearn_manhattan_distances(*flat), rtol=1e-12
    )


def test_cosines_are_those_of_scikit_learn() -> None:
    a, b = _images(0), _images(1) - 0.5
    expected = 1 - sklearn_cosine_distances(_flat(a), _flat(b))
    np.testing.assert_allclose(paired_cosine_similarities(a, b), expected, rtol=1e-12)


@given(batches=_batches(2))
@settings(deadline=None)
def test_wasserstein_distances_are_those_of_scipy(batches: Batches) -> None:
    a, b = batches
    expected = [wasserstein_distance(*pair) for pair in zip(_flat(a), _flat(b), strict=True)]
    np.testing.assert_allclose(paired_wasserstein_distances(a, b), expected, rtol=1e-9, atol=1e-12)


@given(batches=_batches(2), name=st.sampled_from(sorted(METRICS)))
@settings(deadline=None)
def test_every_metric_is_symmetric(batches: Batches, name: str) -> None:
    a, b = batches
    np.testing.assert_array_equal(METRICS[name](a, b), METRICS[name](b, a))


@given(batches=_batches(1), name=st.sampled_from(DISTANCES))
@settings(deadline=None)
def test_no_sample_is_away_from_itself(batches: Batches, name: str) -> None:
    (a,) = batches
    assert not METRICS[name](a, a.copy()).any()


@given(batches=_batches(2), name=st.sampled_from(DISTANCES))
@settings(deadline=None)
def test_no_distance_is_negative_and_only_equal_samples_are_at_zero(
    batches: Batches, name: str
) -> None:
    a, b = batches
    measured = METRICS[name](a, b)
    assert (measured >= 0).all()
    true, pred = _flat(a), _flat(b)
    if name == "paired_wasserstein_distances":
        true, pred = np.sort(true), np.sort(pred)
    # The square of a difference below some 1e-160 is none.
    apart = np.abs(true - pred).max(axis=1)
    assert (measured[apart > 1e-100] > 0).all()
    assert (measured[apart == 0] == 0).all()


@given(batches=_batches(3), name=st.sampled_from(DISTANCES))
@settings(deadline=None)
def test_a_detour_is_never_shorter(batches: Batches, name: str) -> None:
    a, b, c = batches
    direct = METRICS[name](a, c)
    detour = METRICS[name](a, b) + METRICS[name](b, c)
    assert (direct <= detour * (1 + 1e-12) + 1e-12).all()


@given(batches=_batches(2))
@settings(deadline=None)
def test_the_norms_of_a_difference_are_in_order(batches: Batches) -> None:
    a, b = batches
    largest, euclidean, total = l_inf_norm(a, b), l_2_norm(a, b), l_1_norm(a, b)
    # Squares of the smallest numbers vanish, hence the absolute slack.
    assert (largest <= euclidean * (1 + 1e-12) + 1e-150).all()
    assert (euclidean <= total * (1 + 1e-12) + 1e-150).all()


@given(batches=_batches(2))
@settings(deadline=None)
def test_cosines_lie_between_minus_one_and_one(batches: Batches) -> None:
    cosines = paired_cosine_similarities(*batches)
    assert (np.abs(cosines) <= 1).all()


@given(batches=_batches(1), factor=st.integers(1, 9))
@settings(deadline=None)
def test_the_cosine_tells_direction_and_not_length(batches: Batches, factor: int) -> None:
    a = batches[0].round(3)
    zero = ~_flat(a).any(axis=1)
    np.testing.assert_allclose(paired_cosine_similarities(a, factor * a), 1, rtol=1e-12)
    opposite = paired_cosine_similarities(a, -factor * a)
    np.testing.assert_allclose(opposite, np.where(zero, 1, -1), rtol=1e-12)


def test_two_rows_of_zeros_are_equal_and_one_is_unrelated_to_all_else() -> None:
    a = [[0, 0], [0, 0], [1, 2]]
    b = [[0, 0], [1, 2], [0, 0]]
    assert paired_cosine_similarities(a, b).tolist() == [1, 0, 0]


def test_rows_whose_squares_vanish_count_as_zeros() -> None:
    tiny = [[1e-170, 0.0]] * 2
    cosines = paired_cosine_similarities(tiny, [[1e-170, 0.0], [1.0, 0.0]])
    np.testing.assert_allclose(cosines, [1, 0], atol=1e-15)


@given(seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_permuted_pixels_leave_the_wasserstein_distance_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 256, (2, 6, 30), np.uint8)
    expected = paired_wasserstein_distances(a, b)
    shuffled = paired_wasserstein_distances(rng.permuted(a, axis=1), rng.permuted(b, axis=1))
    np.testing.assert_array_equal(shuffled, expected)
    assert not paired_wasserstein_distances(a, rng.permuted(a, axis=1)).any()


@given(seed=st.integers(0, 2**32), shift=st.integers(0, 200))
@settings(deadline=None)
def test_a_shift_of_all_pixels_is_its_own_wasserstein_distance(seed: int, shift: int) -> None:
    a = np.random.default_rng(seed).integers(0, 56, (4, 5, 5), np.uint8)
    assert paired_wasserstein_distances(a, a + np.uint8(shift)).tolist() == [shift] * 4


@pytest.mark.parametrize("name", METRICS)
def test_bytes_do_not_wrap_around(name: str) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, (2, 9, 8, 8, 3), np.uint8)
    expected = METRICS[name](a.astype(np.float64), b.astype(np.float64))
    np.testing.assert_array_equal(METRICS[name](a, b), expected)


def test_black_is_255_away_from_white_whichever_comes_first() -> None:
    black, white = np.zeros((1, 4), np.uint8), np.full((1, 4), 255, np.uint8)
    for metric, expected in (
        (l_inf_norm, 255),
        (l_1_norm, 4 * 255),
        (l_2_norm, 2 * 255),
        (paired_wasserstein_distances, 255),
    ):
        assert metric(black, white).tolist() == metric(white, black).tolist() == [expected]


def test_numbers_may_be_of_two_types() -> None:
    assert l_1_norm(np.array([[200, 1]], np.uint8), [[-0.5, True]]).tolist() == [200.5]


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint16, np.int64, np.float16, np.float32])
@pytest.mark.parametrize("name", METRICS)
def test_every_real_type_gives_the_distances_of_the_same_numbers(name: str, dtype: Any) -> None:
    a, b = np.random.default_rng(1).integers(0, 127, (2, 5, 6)).astype(dtype)
    expected = METRICS[name](a.astype(np.float64), b.astype(np.float64))
    measured = METRICS[name](a, b)
    assert measured.dtype == np.float64
    np.testing.assert_array_equal(measured, expected)


def test_scalars_are_samples_of_one_number() -> None:
    a, b = [1, 5, -2, 0], [4, 5, 2, 0]
    for metric in (l_inf_norm, l_1_norm, l_2_norm, paired_wasserstein_distances):
        assert metric(a, b).tolist() == [3, 0, 4, 0]
    assert paired_cosine_similarities(a, b).tolist() == [1, 1, -1, 1]


@pytest.mark.parametrize("shape", [(0,), (0, 3), (0, 28, 28, 1), (0, 0)])
@pytest.mark.parametrize("name", METRICS)
def test_an_empty_batch_has_no_distances(name: str, shape: tuple[int, ...]) -> None:
    measured = METRICS[name](np.zeros(shape), np.zeros(shape))
    assert measured.shape == (0,)
    assert measured.dtype == np.float64


@pytest.mark.parametrize("name", METRICS)
def test_batches_of_two_shapes_are_refused(name: str) -> None:
    with pytest.raises(MetricInputError, match=r"y_true \[2, 3\] and y_pred \[3, 2\]"):
        METRICS[name](np.zeros((2, 3)), np.zeros((3, 2)))


@pytest.mark.parametrize("name", METRICS)
def test_complex_numbers_are_refused(name: str) -> None:
    with pytest.raises(MetricInputError, match="y_true of complex128 and y_pred of float64"):
        METRICS[name](np.zeros((2, 3), complex), np.zeros((2, 3)))


def test_a_nan_makes_its_own_distance_nan_and_no_other() -> None:
    a, b = [[np.nan, 1.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 1.0]]
    for name in DISTANCES:
        np.testing.assert_array_equal(METRICS[name](a, b), [np.nan, 0])


def test_the_arguments_are_left_as_they_were() -> None:
    a, b = _images(2), _images(3)
    before = a.copy(), b.copy()
    for metric in METRICS.values():
        metric(a, b)
    np.testing.assert_array_equal((a, b), before)


def test_the_metrics_are_those_of_the_contract() -> None:
    assert sorted(METRICS) == [
        "l_1_norm",
        "l_2_norm",
        "l_inf_norm",
        "paired_cosine_similarities",
        "paired_euclidean_distances",
        "paired_manhattan_distances",
        "paired_wasserstein_distances",
    ]


def test_the_tasks_are_registered() -> None:
    tasks = {"get_distance_metric", "get_distance_metric_list", "summarize_distances", *METRICS}
    assert set(pyplugs.funcs("dioptra_builtins.metrics", "distance")) == tasks
    measured = pyplugs.call("dioptra_builtins.metrics", "distance", "l_1_norm", [1], [3])
    assert measured.tolist() == [2]


@pytest.mark.parametrize("func", METRICS)
def test_a_metric_is_found_by_its_name(func: str) -> None:
    assert get_distance_metric(func).__name__ == func


@pytest.mark.parametrize("func", ["l2_norm", "", "summarize_distances", "accuracy"])
def test_an_unknown_metric_is_refused_with_those_known(func: str) -> None:
    with pytest.raises(UnknownDistanceMetricError) as caught:
        get_distance_metric(func)
    known = ", ".join(sorted(METRICS))
    assert str(caught.value) == f"no distance metric named {func!r}; known: {known}"


def test_a_request_gets_names_and_functions_in_its_order() -> None:
    request = [
        {"name": "second", "func": "l_2_norm"},
        {"name": "first", "func": "l_1_norm"},
        {"name": "again", "func": "l_2_norm"},
    ]
    expected = [("second", l_2_norm), ("first", l_1_norm), ("again", l_2_norm)]
    assert get_distance_metric_list(request) == expected


def test_metrics_measured_together_give_the_same_distances(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_rows, "BLOCK_VALUES", 500)
    monkeypatch.setattr(_rows, "THREAD_VALUES", 500)
    a, b = np.random.default_rng(0).random((2, 333, 12), np.float32)
    metrics = get_distance_metric_list([{"name": f"my_{func}", "func": func} for func in METRICS])
    together = metrics.measure(a, b)
    assert list(together) == [name for name, _ in metrics]
    for name, metric in metrics:
        np.testing.assert_array_equal(together[name], metric(a, b))


def test_two_names_of_one_metric_share_no_memory() -> None:
    request = [{"name": name, "func": "l_1_norm"} for name in ("first", "second")]
    measured = get_distance_metric_list(request).measure([[1, 2]], [[3, 4]])
    measured["first"][:] = -1
    assert measured["second"].tolist() == [4]


def test_metrics_of_ones_own_are_measured_with_the_others() -> None:
    class Ones(dict[str, int]):  # A dict has no hash.
        def __call__(self, a: Any, _: Any) -> Any:
            return np.ones(len(a))

    metrics = DistanceMetrics([("ones", Ones()), ("l1", l_1_norm)])
    measured = metrics.measure([[1, 2]], [[3, 4]])
    assert {name: list(found) for name, found in measured.items()} == {"ones": [1], "l1": [4]}
    assert DistanceMetrics([("ones", Ones())]).measure(["text"], ["more"])["ones"].tolist() == [1]


def test_a_request_for_an_unknown_metric_is_refused() -> None:
    with pytest.raises(UnknownDistanceMetricError, match="'l_3_norm'; known: l_1_norm, l_2_norm"):
        get_distance_metric_list([{"name": "l3", "func": "l_3_norm"}])


@pytest.mark.parametrize("name", ["image", "label"])
def test_the_names_of_other_columns_are_refused(name: str) -> None:
    request = [{"name": "l2", "func": "l_2_norm"}, {"name": name, "func": "l_2_norm"}]
    with pytest.raises(MetricRequestError, match=f"cannot be named '{name}'"):
        get_distance_metric_list(request)


def test_a_malformed_request_is_refused() -> None:
    with pytest.raises(MetricRequestError, match="entry 0 of the metrics"):
        get_distance_metric_list([{"name": "l2"}])


def _table(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(rows)
    return pd.DataFrame(
        {
            "image": [f"adv_{number}.png" for number in range(rows)],
            "label": np.arange(rows),
            "l_inf": rng.random(rows),
            "l 2": rng.normal(5, 3, rows).astype(np.float32),
            "whole": rng.integers(0, 9, rows),
        }
    )


@pytest.mark.parametrize("rows", [2, 3, 10, 101])
def test_a_summary_is_that_of_pandas(rows: int) -> None:
    table = _table(rows)
    summary = summarize_distances(table)
    metrics = ["l_inf", "l 2", "whole"]
    assert list(summary) == [f"{metric}_{name}" for metric in metrics for name in STATISTICS]
    for metric in metrics:
        column = table[metric].astype(np.float64)
        expected = {
            "mean": column.mean(),
            "median": column.median(),
            "stdev": column.std(),
            "iqr": column.quantile(0.75) - column.quantile(0.25),
            "min": column.min(),
            "max": column.max(),
        }
        got = {name: summary[f"{metric}_{name}"] for name in STATISTICS}
        assert got == pytest.approx(expected, rel=1e-12)


def test_a_summary_holds_plain_floats() -> None:
    assert {type(value) for value in summarize_distances(_table(4)).values()} == {float}


def test_a_single_row_has_no_spread() -> None:
    summary = summarize_distances(pd.DataFrame({"image": ["a"], "label": [0], "l2": [3.0]}))
    assert [summary[f"l2_{name}"] for name in STATISTICS] == [3, 3, 0, 0, 3, 3]


def test_a_summary_needs_neither_image_nor_label() -> None:
    assert summarize_distances(pd.DataFrame({"l2": [1.0, 3.0]}))["l2_mean"] == 2


def test_a_table_without_metrics_has_an_empty_summary() -> None:
    assert summarize_distances(pd.DataFrame({"image": ["a"], "label": [0]})) == {}


@pytest.mark.parametrize("missing", [np.nan, None])
def test_a_missing_distance_shows_in_every_statistic(missing: float | None) -> None:
    summary = summarize_distances(pd.DataFrame({"l2": [1.0, missing, 2.0]}))
    assert np.isnan(list(summary.values())).all()


def test_a_table_without_rows_is_refused_with_its_columns() -> None:
    with pytest.raises(MetricInputError, match=r"columns: image, label, l2$"):
        summarize_distances(pd.DataFrame({"image": [], "label": [], "l2": []}))


def test_a_table_without_rows_and_columns_is_refused() -> None:
    with pytest.raises(MetricInputError, match=r"columns: none$"):
        summarize_distances(pd.DataFrame())


def test_distances_of_other_pixels_are_in_shares_of_their_interval() -> None:
    request = [{"name": name, "func": name} for name in METRICS]
    shares = np.random.default_rng(0).random((2, 5, 4, 4))
    expected = get_distance_metric_list(request).measure(*shares)
    pixels = -1 + 256 * shares
    metrics = get_distance_metric_list(request, pixel_interval=(-1, 255))
    for name, values in metrics.measure(*pixels).items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-9)


OWN = """
import numpy as np

from dioptra import pyplugs
from dioptra.sdk.exceptions import (
    NonFiniteError,
    UnknownPackageError,
    UnknownPluginError,
    UnknownPluginFunctionError,
)

@pyplugs.register
def count(clean, adversarial):
    return (clean != adversarial).reshape(len(clean), -1).sum(axis=1)

@pyplugs.register
def total(clean, adversarial):
    return np.abs(clean - adversarial).sum()

@pyplugs.register
def spoilt(clean, adversarial):
    return np.full(len(clean), np.nan)
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A plugin of one's own, in a folder of plugins."""
    folder = tmp_path / "mine_of_metrics"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "changes.py").write_text(OWN)
    monkeypatch.setenv("DIOPTRA_PLUGIN_DIRS", str(tmp_path))
    yield "mine_of_metrics.changes"
    for name in [name for name in sys.modules if name.startswith("mine_of_metrics")]:
        del sys.modules[name]


def test_a_metric_of_ones_own_is_found_by_its_name(own: str) -> None:
    request = [{"name": "changed", "func": f"{own}.count"}, {"name": "l1", "func": "l_1_norm"}]
    metrics = get_distance_metric_list(request, (0.0, 2.0))
    a, b = np.array([[0.0, 1.0], [2.0, 2.0]]), np.array([[0.0, 2.0], [0.0, 0.0]])
    measured = metrics.measure(a, b)
    assert measured["changed"].tolist() == [1, 2]
    assert measured["l1"].tolist() == [0.5, 2]


def test_a_metric_of_ones_own_gives_a_finite_number_for_each_pair(own: str) -> None:
    batch = np.zeros((3, 2))
    with pytest.raises(MetricInputError, match=r"total gives float64 \[\] for 3 pairs"):
        get_distance_metric(f"{own}.total")(batch, batch)
    with pytest.raises(NonFiniteError, match="spoilt gives a number that is NaN"):
        get_distance_metric(f"{own}.spoilt")(batch, batch)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("lost.changes.count", UnknownPackageError),
        ("mine_of_metrics.lost.count", UnknownPluginError),
        ("mine_of_metrics.changes.lost", UnknownPluginFunctionError),
        ("changes.count", UnknownDistanceMetricError),
    ],
)
@pytest.mark.usefixtures("own")
def test_a_metric_of_ones_own_that_is_not_there_is_named(name: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"lost|count"):
        get_distance_metric(name)
