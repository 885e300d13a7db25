# SPDX-License-Identifier: Apache-2.0
"""How well predictions agree with the truth, computed by scikit-learn.

Every metric passes further arguments on to scikit-learn, so ``average="macro"`` gives the
``precision``, ``recall`` and ``f1`` of more than two classes.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra_builtins.metrics._requests import resolve_request
from dioptra_builtins.metrics.exceptions import MetricInputError, UnknownPerformanceMetricError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    PerformanceMetric = Callable[..., float]


@pyplugs.register
def get_performance_metric_list(
    request: Iterable[Mapping[str, str]],
) -> "list[tuple[str, PerformanceMetric]]":
    """Look up the performance metrics of a request.

    Args:
        request: Entries such as ``{"name": "accuracy", "func": "categorical_accuracy"}``; ``name``
            is of your choice, ``func`` one of the functions of this module.

    Returns:
        Names and functions, in the order of the request and as many.

    Raises:
        MetricRequestError: An entry is malformed, or a name occurs twice.
        UnknownPerformanceMetricError: There is no such ``func``.
    """
    return resolve_request(request, get_performance_metric)


@pyplugs.register
def get_performance_metric(func: str) -> "PerformanceMetric":
    """Look up one performance metric.

    Args:
        func: The name of a function of this module.

    Returns:
        The function, from the true and the predicted labels to a number.

    Raises:
        UnknownPerformanceMetricError: There is no such function.
    """
    if func not in METRICS:
        raise UnknownPerformanceMetricError(func, METRICS)
    return METRICS[func]


@pyplugs.register(requires=("sklearn",))
def accuracy(y_true: "ArrayLike", y_pred: "ArrayLike", **kwargs: Any) -> float:
    """Compute the share of samples whose predicted label is the true one.

    Args:
        y_true: The true labels [n].
        y_pred: The predicted labels [n].
        **kwargs: Passed on to ``sklearn.metrics.accuracy_score``.

    Returns:
        The accuracy, in [0, 1].

    Raises:
        ValueError: scikit-learn refuses the arguments; its message tells why.
    """
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(y_true, y_pred, **kwargs))


@pyplugs.register(requires=("sklearn",))
def roc_auc(y_true: "ArrayLike", y_pred: "ArrayLike", **kwargs: Any) -> float:
    """Compute the area under the receiver operating characteristic (ROC) curve.

    Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic
    (ROC) curve", Radiology 143(1), 1982.

    Args:
        y_true: The true labels [n], 0 or 1; of more classes with ``multi_class="ovr"`` or
            ``"ovo"``.
        y_pred: The scores [n] of label 1, higher for likelier; of more classes the probabilities
            [n, k].
        **kwargs: Passed on to ``sklearn.metrics.roc_auc_score``.

    Returns:
        The area, in [0, 1]; scores drawn at random have 0.5.

    Raises:
        ValueError: scikit-learn refuses the arguments; its message tells why.
    """
    from sklearn.metrics import roc_auc_score

    return _as_float(roc_auc_score(y_true, y_pred, **kwargs))


@pyplugs.register(requires=("sklearn",))
def categorical_accuracy(y_true: "ArrayLike", y_pred: "ArrayLike", **kwargs: Any) -> float:
    """Compute the accuracy of labels that are one-hot or probabilities.

    Args:
        y_true: The true labels, as numbers [n] or one-hot [n, k], k at least 2.
        y_pred: The predicted labels, as numbers [n], one-hot or probabilities [n, k].
        **kwargs: Passed on to ``sklearn.metrics.accuracy_score``.

    Returns:
        The share of samples, in [0, 1], whose largest predicted class is the true one.

    Raises:
        MetricInputError: The shapes are not such, or do not go together.
    """
    import numpy as np

    true, pred = np.asarray(y_true), np.asarray(y_pred)
    both_wide = true.ndim == pred.ndim == 2  # noqa: PLR2004 - [n, k]
    if len(true) != len(pred) or (both_wide and true.shape != pred.shape):
        raise MetricInputError(
            f"y_true {list(true.shape)} and y_pred {list(pred.shape)} are not labels of the same "
            "samples and classes"
        )
    return accuracy(_as_labels(true), _as_labels(pred), **kwargs)


@pyplugs.register(requires=("sklearn",))
def mcc(y_true: "ArrayLike", y_pred: "ArrayLike", **kwargs: Any) -> float:
    """Compute the Matthews correlation coefficient.

    Matthews, "Comparison of the predicted and observed secondary structure of T4 phage lysozyme",
    Biochimica et Biophysica Acta 405(2), 1975.

    Args:
        y_true: The true labels [n].
        y_pred: The predicted labels [n].
        **kwargs: Passed on to ``sklearn.metrics.matthews_corrcoef``.

    Returns:
        The coefficient, in [-1, 1]: 1 for perfect predictions, 0 for random ones.

    Raises:
        ValueError: scikit-learn refuses the arguments; its message tells why.
    """
    from sklearn.metrics import matthews_corrcoef

    return float(matthews_corrcoef(y_true, y_pred, **kwargs))


@pyplugs.register(requires=("sklearn",))
def f1(y_true: "ArrayLike", y_pred: "ArrayLike", **kwargs: Any) -> float:
    """Compute the harmonic mean of precision and recall.

    Van Rijsbergen, "Information retrieval", 2nd edition, 1979.

    Args:
        y_true: The true labels [n], 0 or 1; of more classes with ``average="macro"`` or the like.
        y_pred: The predicted labels [n].
        **kwargs: Passed on to ``sklearn.metrics.f1_score``.

    Returns:
        The F1 score, in [0, 1].

    Raises:
        MetricInputError: ``average=None`` gives one value for each class.
        ValueError: scikit-learn refuses the arguments; its message tells why.
    """
    from sklearn.metrics import f1_score

    return _as_float(f1_score(y_true, y_pred, **kwargs))


@pyplugs.register(requires=("sklearn",))
def precision(y_true: "ArrayLike", y_pred: "ArrayLike", **kwargs: Any) -> float:
    """Compute the share of samples predicted as positive that are.

    Args:
        y_true: The true labels [n], 0 or 1; of more classes with ``average="macro"`` or the like.
        y_pred: The predicted labels [n].
        **kwargs: Passed on to ``sklearn.metrics.precision_score``.

    Returns:
        The precision, in [0, 1].

    Raises:
        MetricInputError: ``average=None`` gives one value for each class.
        ValueError: scikit-learn refuses the arguments; its message tells why.
    """
    from sklearn.metrics import precision_score

    return _as_float(precision_score(y_true, y_pred, **kwargs))


@pyplugs.register(requires=("sklearn",))
def recall(y_true: "ArrayLike", y_pred: "ArrayLike", **kwargs: Any) -> float:
    """Compute the share of positive samples that are predicted as such.

    Args:
        y_true: The true labels [n], 0 or 1; of more classes with ``average="macro"`` or the like.
        y_pred: The predicted labels [n].
        **kwargs: Passed on to ``sklearn.metrics.recall_score``.

    Returns:
        The recall, in [0, 1].

    Raises:
        MetricInputError: ``average=None`` gives one value for each class.
        ValueError: scikit-learn refuses the arguments; its message tells why.
    """
    from sklearn.metrics import recall_score

    return _as_float(recall_score(y_true, y_pred, **kwargs))


METRICS: "dict[str, PerformanceMetric]" = {
    metric.__name__: metric
    for metric in (accuracy, roc_auc, categorical_accuracy, mcc, f1, precision, recall)
}


def _as_float(score: Any) -> float:
    import numpy as np

    if np.ndim(score):
        raise MetricInputError(
            f"average=None gives {len(score)} scores, one for each class, and a metric is one "
            'number; name an average, such as average="macro"'
        )
    return float(score)


def _as_labels(labels: "NDArray[Any]") -> "NDArray[Any]":
    import numpy as np

    if labels.ndim == 1:
        return labels
    # The largest of a single column would always be the first.
    if labels.ndim != 2 or labels.shape[1] < 2:  # noqa: PLR2004 - [n, k], k at least 2
        raise MetricInputError(
            f"labels are numbers [n] or one-hot [n, k] with k at least 2, not {list(labels.shape)}"
        )
    classes: NDArray[Any] = np.argmax(labels, axis=1)
    return classes
