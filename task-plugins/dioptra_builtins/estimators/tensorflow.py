# SPDX-License-Identifier: Apache-2.0
"""Training, prediction and evaluation of Keras models."""

import hashlib
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs

if TYPE_CHECKING:
    import keras
    import numpy as np
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
        DatasetError: An image of the data set cannot be decoded; it is named.
    """
    options = {"verbose": 0, **(fit_kwargs or {})}
    if hasattr(x, "file_paths"):
        # Such a data set shuffles itself; Keras warns that it cannot.
        options.setdefault("shuffle", False)
    options["callbacks"] = [*options.get("callbacks", ()), _progress_bar(options)]
    with _timed("training") as elapsed, _reading(x, options.get("validation_data")):
        history = estimator.fit(x=x, y=y, **options)
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
        DatasetError: An image of the data set cannot be decoded; it is named.
    """
    threads = 1 if predict_kwargs else _count_threads(estimator, x)
    with _timed("prediction"), _reading(x):
        if threads > 1:
            return _predict_side_by_side(estimator, x, threads)
        output: NDArray[np.float32] = estimator.predict(
            x, **{"verbose": 0, **(predict_kwargs or {})}
        )
        return output


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
        DatasetError: An image of the data set cannot be decoded; it is named.
    """
    with _timed("evaluation"), _reading(x):
        results: Mapping[str, float] = estimator.evaluate(
            x, y, **{"verbose": 0, **(evaluate_kwargs or {}), "return_dict": True}
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
