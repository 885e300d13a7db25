# SPDX-License-Identifier: Apache-2.0
"""Training, prediction and evaluation of Keras models."""

import hashlib
import logging
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from dioptra import pyplugs
from dioptra.contracts import format_size
from dioptra.sdk.exceptions import ContractError, NonFiniteError
from dioptra_builtins._finite import check_finite, check_weights

if TYPE_CHECKING:
    import keras
    import numpy as np
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray

LOGGER = logging.getLogger(__name__)


@pyplugs.register(requires=("keras", "tensorflow"))
def fit(
    estimator: "keras.Model", x: Any = None, y: Any = None, fit_kwargs: dict[str, Any] | None = None
) -> "keras.callbacks.History":
    """Train a model, with a progress bar over its epochs on a terminal.

    Args:
        estimator: A compiled model; it is changed in place.
        x: A data set of ``(images, labels)`` batches, or an array of images.
        y: The labels, where ``x`` is an array.
        fit_kwargs: More arguments of Keras's ``fit``, such as ``epochs`` and ``callbacks``.

    Returns:
        Keras's history: for each epoch the loss and the metrics. Its ``params`` also hold the
        time it took, in seconds, as ``"seconds"``.

    Raises:
        ContractError: The images are not of the size that the model takes.
        DatasetError: An image of the data set cannot be decoded; it is named.
        NonFiniteError: Training has diverged: a weight, the loss or a metric is NaN or infinite.
    """
    options = {"verbose": 0, **(fit_kwargs or {})}
    if hasattr(x, "file_paths"):
        # Such a data set shuffles itself; Keras warns that it cannot.
        options.setdefault("shuffle", False)
    options["callbacks"] = [*options.get("callbacks", ()), _progress_bar(options)]
    _check_size(estimator, x)
    with _timed("training") as elapsed, _reading(x, options.get("validation_data")):
        history = estimator.fit(x=x, y=y, **options)
    check_weights(estimator)
    for name, values in history.history.items():
        # Weights may be those of a better epoch, which the training was set back to.
        if not all(map(math.isfinite, values)):
            raise NonFiniteError(
                f"the {name} of the model {estimator.name!r} is not finite (NaN or infinite): its "
                "training has diverged; train it anew, with a smaller learning rate"
            )
    history.params["seconds"] = elapsed()
    return history


@pyplugs.register(requires=("keras", "tensorflow"))
def predict(
    estimator: "keras.Model", x: Any = None, predict_kwargs: dict[str, Any] | None = None
) -> "NDArray[np.float32]":
    """Compute a model's output.

    Args:
        estimator: A model.
        x: A data set of ``(images, labels)`` or of images, or an array of images.
        predict_kwargs: More arguments of Keras's ``predict``.

    Returns:
        The output in the order of ``x``; of a classifier the probabilities, float32 [n, classes].

    Raises:
        ContractError: The images are not of the size that the model takes.
        DatasetError: An image of the data set cannot be decoded; it is named.
        NonFiniteError: An output is NaN or infinite; the first image is named.
    """
    import numpy as np

    _check_size(estimator, x)
    if isinstance(x, np.ndarray):
        # A rectifier makes 0 of NaN, so the output would not tell.
        check_finite(x, f"the input of the model {estimator.name!r}")
    threads = 1 if predict_kwargs else _count_threads(estimator, x)
    with _timed("prediction"), _reading(x):
        if threads > 1:
            output = _predict_side_by_side(estimator, x, threads)
        else:
            output = estimator.predict(x, **{"verbose": 0, **(predict_kwargs or {})})
    if isinstance(output, np.ndarray):
        what = f"the output of the model {estimator.name!r}"
        check_finite(output, what, getattr(x, "file_paths", None))
    return output


@pyplugs.register(requires=("keras", "tensorflow"))
def predict_classes(
    estimator: "keras.Model | TensorFlowV2Classifier",
    x: Any,
    output: Literal["logits", "probabilities"] = "probabilities",
) -> "NDArray[np.int64]":
    """Predict the class of each image.

    Args:
        estimator: A Keras model; or a classifier of ART, which then predicts with the defences that
            stand around its model.
        x: A data set of ``(images, labels)``, or an array of images.
        output: What the model gives. A single number for an image stands for two classes, the
            second from a probability of 1/2, or a logit of 0, on.

    Returns:
        int64 [n] in the order of ``x``: places among the model's outputs.

    Raises:
        ContractError: The images are not of the size that the model takes.
        DatasetError: An image of the data set cannot be decoded; it is named.
        NonFiniteError: An output is NaN or infinite.
    """
    import keras
    import numpy as np

    if isinstance(estimator, keras.Model):
        scores = predict(estimator, x)
    else:
        is_array = isinstance(x, np.ndarray)
        with _timed("prediction"), _reading(x):
            batches = [x] if is_array else (images for images, _ in x.as_numpy_iterator())
            scores = np.concatenate([estimator.predict(batch) for batch in batches])
    if scores.shape[1] == 1:
        threshold = 1 / 2 if output == "probabilities" else 0
        return (scores[:, 0] >= threshold).astype(np.int64)
    classes: NDArray[np.int64] = scores.argmax(axis=1)
    return classes


@pyplugs.register(requires=("keras", "tensorflow"))
def evaluate(
    estimator: "keras.Model", x: Any, y: Any = None, evaluate_kwargs: dict[str, Any] | None = None
) -> dict[str, float]:
    """Compute a model's loss and metrics.

    Args:
        estimator: A compiled model.
        x: A data set of ``(images, labels)`` batches, or an array of images.
        y: The labels, where ``x`` is an array.
        evaluate_kwargs: More arguments of Keras's ``evaluate``.

    Returns:
        ``loss`` and each metric by its name.

    Raises:
        ContractError: The images are not of the size that the model takes.
        DatasetError: An image of the data set cannot be decoded; it is named.
        NonFiniteError: The loss or a metric is NaN or infinite.
    """
    _check_size(estimator, x)
    with _timed("evaluation"), _reading(x):
        results: Mapping[str, float] = estimator.evaluate(
            x, y, **{"verbose": 0, **(evaluate_kwargs or {}), "return_dict": True}
        )
    for name, value in results.items():
        if not math.isfinite(value):
            raise NonFiniteError(
                f"the model {estimator.name!r} has the {name} {value}; are its weights, and the "
                "pixels, what they should be?"
            )
    return {name: float(value) for name, value in results.items()}


@pyplugs.register(requires=("keras", "tensorflow"))
def hash_weights(estimator: "keras.Model") -> str:
    """Hash a model's weights.

    Args:
        estimator: A built model.

    Returns:
        SHA-256 in 64 hexadecimal digits over shapes, dtypes and values, in the order of the layers.
    """
    total = hashlib.sha256()
    for array in estimator.get_weights():
        total.update(f"{array.shape} {array.dtype.str}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def _check_size(estimator: "keras.Model", x: Any) -> None:
    # Before anything is computed: a compiled function whose arguments do not bind keeps a lock of
    # TensorFlow, and the threads beside it wait for ever.
    spec = getattr(x, "element_spec", None)
    images = spec[0] if isinstance(spec, tuple) else x if spec is None else spec
    given, taken = getattr(images, "shape", None), getattr(estimator, "input_shape", None)
    if given is None or not isinstance(taken, tuple):
        return
    fits = len(given) == len(taken) and all(
        None in pair or pair[0] == pair[1] for pair in zip(given[1:], taken[1:], strict=True)
    )
    if not fits:
        raise ContractError(
            f"the model {estimator.name!r} takes images of {format_size(taken[1:])} (height x "
            f"width x channels), not of {format_size(given[1:])}"
        )


def _count_threads(estimator: "keras.Model", x: Any) -> int:
    from dioptra_builtins._side_by_side import count_threads, is_stateless

    # Only the data sets of this suite are known to give images with labels.
    if not hasattr(x, "file_paths"):
        return 1
    images, _ = x.element_spec
    return count_threads(images.shape[1:], is_stateless=is_stateless(estimator))


def _predict_side_by_side(
    estimator: "keras.Model", dataset: Any, threads: int
) -> "NDArray[np.float32]":
    import numpy as np

    from dioptra_builtins._threads import map_ahead

    # Made before the threads would each make one.
    estimator.make_predict_function()
    batches = (images for images, _ in dataset)
    return np.concatenate(list(map_ahead(estimator.predict_on_batch, batches, threads)))


@contextmanager
def _timed(what: str) -> Iterator[Any]:
    start = time.perf_counter()
    yield lambda: time.perf_counter() - start
    LOGGER.info("%s took %.2f s", what, time.perf_counter() - start)


@contextmanager
def _reading(*datasets: Any) -> Iterator[None]:
    from dioptra_builtins._image_reading import naming_unreadable_images

    paths = [path for dataset in datasets for path in getattr(dataset, "file_paths", ())]
    with naming_unreadable_images(paths):
        yield


def _progress_bar(options: Mapping[str, Any]) -> "keras.callbacks.Callback":
    import keras
    from tqdm import tqdm

    bar = tqdm(
        total=options.get("epochs", 1),
        desc="training",
        unit="epoch",
        delay=2,
        disable=None,
        leave=False,
    )

    def show(_epoch: int, logs: Mapping[str, float]) -> None:
        bar.update()
        bar.set_postfix(logs)

    return keras.callbacks.LambdaCallback(on_epoch_end=show, on_train_end=lambda _logs: bar.close())
