from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics

from dioptra import pyplugs
from dioptra_builtins.metrics.exceptions import (
    MetricInputError,
    MetricRequestError,
    UnknownPerformanceMetricError,
)
from dioptra_builtins.metrics.performance import (
    METRICS,
    accuracy,
    categorical_accuracy,
    f1,
    get_performance_metric,
    get_performance_metric_list,
    mcc,
    precision,
    recall,
    roc_auc,
)

# Three true positives, one false negative, two false positives, four true negatives.
TRUE = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
PRED = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0]

THEIRS: dict[str, Callable[..., Any]] = {
    "accuracy": metrics.accuracy_score,
    "f1": metrics.f1_score,
    "mcc": metrics.matthews_corrcoef,
    "precision": metrics.precision_score,
    "recall": metrics.recall_score,
}


def _labels(seed: int, classes: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, classes, (2, 60))


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (accuracy, 7 / 10),
        (precision, 3 / 5),
        (recall, 3 / 4),
        (f1, 2 * 3 / (2 * 3 + 2 + 1)),
        (mcc, (3 * 4 - 2 * 1) / (5 * 4 * 6 * 5) ** 0.5),
    ],
)
def test_metrics_are_those_worked_out_by_hand(
    metric: Callable[..., float], expected: float
) -> None:
    score = metric(TRUE, PRED)
    assert score == pytest.approx(expected)
    assert type(score) is float


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    true, scores = [0, 0, 0, 1, 1], [0.1, 0.5, 0.8, 0.5, 0.9]
    # Of the six pairs four are in order, one is tied and one is not.
    assert roc_auc(true, scores) == pytest.approx((4 + 0.5) / 6)
    assert type(roc_auc(true, scores)) is float


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize("seed", range(3))
def test_metrics_of_two_classes_are_those_of_scikit_learn(name: str, seed: int) -> None:
    true, pred = _labels(seed, 2)
    assert METRICS[name](true, pred) == THEIRS[name](true, pred)


@pytest.mark.parametrize("name", ["f1", "precision", "recall"])
@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
def test_an_average_serves_more_classes(name: str, average: str) -> None:
    true, pred = _labels(0, 4)
    assert METRICS[name](true, pred, average=average) == THEIRS[name](true, pred, average=average)


def test_the_macro_average_is_the_mean_of_the_classes() -> None:
    true, pred = [0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0]
    assert recall(true, pred, average="macro") == pytest.approx((1 / 2 + 1 + 1 / 2) / 3)
    assert precision(true, pred, average="macro") == pytest.approx((1 / 2 + 2 / 3 + 1) / 3)


@pytest.mark.parametrize("name", THEIRS)
def test_weights_are_passed_on(name: str) -> None:
    true, pred = _labels(1, 2)
    weights = np.random.default_rng(1).random(len(true))
    expected = THEIRS[name](true, pred, sample_weight=weights)
    assert METRICS[name](true, pred, sample_weight=weights) == expected


def test_scores_of_more_classes_need_a_way_to_pair_them() -> None:
    true = np.arange(60) % 3
    scores = np.random.default_rng(0).dirichlet([1, 1, 1], 60)
    for way in ("ovr", "ovo"):
        expected = metrics.roc_auc_score(true, scores, multi_class=way)
        assert roc_auc(true, scores, multi_class=way) == expected
    with pytest.raises(ValueError, match="multi_class must be in"):
        roc_auc(true, scores)


@pytest.mark.parametrize("metric", [f1, precision, recall])
def test_one_score_for_each_class_is_refused(metric: Callable[..., float]) -> None:
    true, pred = _labels(0, 4)
    with pytest.raises(MetricInputError, match=r'average=None gives 4 scores.*average="macro"'):
        metric(true, pred, average=None)


def test_one_area_for_each_class_is_refused() -> None:
    with pytest.raises(MetricInputError, match="average=None gives 3 scores"):
        roc_auc([0, 1, 2], np.eye(3), multi_class="ovr", average=None)


def test_what_to_put_for_nothing_over_nothing_is_passed_on() -> None:
    true, pred = [0, 0, 1], [0, 0, 0]
    assert precision(true, pred, zero_division=1) == 1
    assert precision(true, pred, zero_division=0) == 0


@pytest.mark.parametrize("metric", [f1, precision, recall])
def test_more_classes_without_an_average_are_refused_by_scikit_learn(
    metric: Callable[..., float],
) -> None:
    with pytest.raises(ValueError, match="Target is multiclass"):
        metric(*_labels(0, 3))


@pytest.mark.parametrize("name", THEIRS)
def test_labels_of_two_lengths_are_refused_by_scikit_learn(name: str) -> None:
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        METRICS[name]([0, 1, 1], [0, 1])


@given(labels=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1))
@settings(deadline=None)
def test_the_accuracy_is_the_share_of_equal_labels(labels: list[tuple[int, int]]) -> None:
    true, pred = map(list, zip(*labels, strict=True))
    expected = sum(a == b for a, b in labels) / len(labels)
    assert accuracy(true, pred) == pytest.approx(expected)
    assert categorical_accuracy(true, pred) == pytest.approx(expected)
    assert categorical_accuracy(np.eye(6)[true], np.eye(6)[pred]) == pytest.approx(expected)


@given(seed=st.integers(0, 2**32), classes=st.integers(2, 12))
@settings(deadline=None)
def test_the_categorical_accuracy_takes_the_largest_probability(seed: int, classes: int) -> None:
    rng = np.random.default_rng(seed)
    true = rng.integers(0, classes, 30)
    probabilities = rng.dirichlet(np.ones(classes), 30)
    expected = pytest.approx((probabilities.argmax(axis=1) == true).mean())
    one_hot = np.eye(classes)[true]
    assert categorical_accuracy(one_hot, probabilities) == expected
    assert categorical_accuracy(true, probabilities) == expected
    assert categorical_accuracy(one_hot, probabilities.argmax(axis=1)) == expected
    assert categorical_accuracy(one_hot, probabilities.tolist()) == expected


def test_further_arguments_of_the_categorical_accuracy_are_passed_on() -> None:
    count = categorical_accuracy([0, 1, 1], [[0.9, 0.1], [0.8, 0.2], [0.0, 1.0]], normalize=False)
    assert count == 2
    assert type(count) is float


@pytest.mark.parametrize(
    ("true", "pred"),
    [((3,), (4,)), ((3, 2), (4, 2)), ((3, 2), (3, 4)), ((3,), (4, 2)), ((3, 2), (2,))],
)
def test_labels_of_other_samples_or_classes_are_refused(
    true: tuple[int, ...], pred: tuple[int, ...]
) -> None:
    with pytest.raises(MetricInputError, match="not labels of the same samples") as caught:
        categorical_accuracy(np.zeros(true), np.zeros(pred))
    assert f"y_true {list(true)} and y_pred {list(pred)}" in str(caught.value)


@pytest.mark.parametrize("shape", [(3, 1), (3, 0), (3, 2, 2), (3, 2, 1)])
def test_labels_that_are_neither_numbers_nor_one_hot_are_refused(shape: tuple[int, ...]) -> None:
    for pair in ((np.zeros(shape), np.zeros(3)), (np.zeros(3), np.zeros(shape))):
        with pytest.raises(MetricInputError, match="k at least 2, not") as caught:
            categorical_accuracy(*pair)
        assert str(caught.value).endswith(str(list(shape)))


@pytest.mark.parametrize("name", ["accuracy", "categorical_accuracy"])
def test_no_samples_have_no_accuracy(name: str) -> None:
    with pytest.raises(ValueError, match="minimum of 1 sample"):
        METRICS[name]([], [])


def test_the_metrics_are_those_of_the_contract() -> None:
    names = ["accuracy", "categorical_accuracy", "f1", "mcc", "precision", "recall", "roc_auc"]
    assert sorted(METRICS) == names


def test_the_tasks_are_registered() -> None:
    tasks = {"get_performance_metric", "get_performance_metric_list", *METRICS}
    assert set(pyplugs.funcs("dioptra_builtins.metrics", "performance")) == tasks
    assert pyplugs.call("dioptra_builtins.metrics", "performance", "accuracy", TRUE, PRED) == 0.7


@pytest.mark.parametrize("func", METRICS)
def test_a_metric_is_found_by_its_name(func: str) -> None:
    assert get_performance_metric(func).__name__ == func


@pytest.mark.parametrize("func", ["acuracy", "", "get_performance_metric", "l_2_norm"])
def test_an_unknown_metric_is_refused_with_those_known(func: str) -> None:
    with pytest.raises(UnknownPerformanceMetricError) as caught:
        get_performance_metric(func)
    known = ", ".join(sorted(METRICS))
    assert str(caught.value) == f"no performance metric named {func!r}; known: {known}"


def test_a_request_gets_names_and_functions_in_its_order() -> None:
    request = [{"name": "MCC", "func": "mcc"}, {"name": "image", "func": "accuracy"}]
    assert get_performance_metric_list(request) == [("MCC", mcc), ("image", accuracy)]


def test_a_request_for_an_unknown_metric_is_refused() -> None:
    with pytest.raises(UnknownPerformanceMetricError, match="'auc'; known: accuracy"):
        get_performance_metric_list([{"name": "area", "func": "auc"}])


def test_a_name_that_occurs_twice_is_refused() -> None:
    with pytest.raises(MetricRequestError, match="entry 1 of the metrics is named 'a'"):
        get_performance_metric_list([{"name": "a", "func": "f1"}, {"name": "a", "func": "mcc"}])
