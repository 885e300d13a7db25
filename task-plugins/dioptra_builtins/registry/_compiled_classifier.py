# SPDX-License-Identifier: Apache-2.0
"""An ART classifier over a Keras model, with compiled gradients taken from the logits.

This module imports TensorFlow and ART at its top, so it is itself imported only where it is used.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from art.estimators.classification import TensorFlowV2Classifier
from numpy.typing import NDArray

from dioptra.sdk.exceptions import ParameterError
from dioptra_builtins._side_by_side import is_stateless

CROSS_ENTROPIES: dict[str, Any] = {
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
}


class CompiledClassifier(TensorFlowV2Classifier):  # type: ignore[misc]
    """ART's classifier, with its hot methods compiled for batches of any size.

    The gradients have the values of ART's own, which runs them eagerly; ``predict`` keeps to its
    batch size, which ART's own does not.
    """

    def __init__(self, model: Any, loss_object: Any, **kwargs: Any) -> None:
        # None and not ART's (0, 1): every preprocessing step would be one more eager operation.
        super().__init__(model=model, loss_object=loss_object, **{"preprocessing": None, **kwargs})
        images = tf.TensorSpec((None, *self.input_shape), tf.float32)
        labels = (
            tf.TensorSpec((None,), tf.int64)
            if self._reduce_labels
            else tf.TensorSpec((None, self.nb_classes), tf.float32)
        )

        def gradient(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = loss_object(y, model(x, training=False))
            return tape.gradient(loss, x)

        def forward(x: Any) -> Any:
            return model(x, training=False)

        def chosen_gradient(x: Any, weights: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                chosen = tf.reduce_sum(model(x, training=False) * weights)
            return tape.gradient(chosen, x)

        def all_gradients(x: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                outputs = model(x, training=False)
            return tape.batch_jacobian(outputs, x)

        weights = tf.TensorSpec((None, self.nb_classes), tf.float32)
        self._chosen_gradient = tf.function(chosen_gradient, input_signature=[images, weights])
        self._all_gradients = tf.function(all_gradients, input_signature=[images])
        self._gradient = tf.function(gradient, input_signature=[images, labels])
        self._forward = tf.function(forward, input_signature=[images])

    @property
    def is_stateless(self) -> bool:
        """Whether no call can change what a later one, or one beside it, gives.

        No layer draws random numbers but in training, and nothing of ART's stands around the model.
        """
        around = self.preprocessing_operations or self.postprocessing_defences
        return not around and is_stateless(self.model)

    def loss_gradient(
        self,
        x: NDArray[np.float32],
        y: NDArray[np.float32],
        training_mode: bool = False,
        **kwargs: Any,
    ) -> NDArray[np.float32]:
        """Compute the gradient of the loss for the input.

        Args:
            x: Images, float32 [n, height, width, channels].
            y: Labels, one-hot, float32 [n, classes].
            training_mode: Whether dropout and the like are active; then, and with preprocessing,
                ART's own method is used.
            **kwargs: Passed on to ART's own method.

        Returns:
            float32 of the shape of ``x``.
        """
        if training_mode or self.preprocessing_operations:
            slow: NDArray[np.float32] = super().loss_gradient(x, y, training_mode, **kwargs)
            return slow
        labels = np.argmax(y, axis=1) if self._reduce_labels else np.asarray(y, np.float32)
        gradient: NDArray[np.float32] = self._gradient(np.asarray(x, np.float32), labels).numpy()
        return gradient

    def class_gradient(
        self,
        x: NDArray[np.float32],
        label: int | list[int] | NDArray[np.int64] | None = None,
        training_mode: bool = False,
        **kwargs: Any,
    ) -> NDArray[np.float32]:
        """Compute the gradients of the model's outputs for the input.

        Args:
            x: Images, float32 [n, height, width, channels].
            label: The output, one for all images or one for each; None for all outputs.
            training_mode: Whether dropout and the like are active; then, and with preprocessing,
                ART's own method is used.
            **kwargs: Passed on to ART's own method.

        Returns:
            float32 [n, outputs, height, width, channels], with one output where ``label`` is given.
        """
        if training_mode or self.preprocessing_operations:
            slow: NDArray[np.float32] = super().class_gradient(x, label, training_mode, **kwargs)
            return slow
        images = np.asarray(x, np.float32)
        if label is None:
            gradients: NDArray[np.float32] = self._all_gradients(images).numpy()
            return gradients
        chosen = np.broadcast_to(np.asarray(label), len(images))
        weights = np.eye(self.nb_classes, dtype=np.float32)[chosen]
        gradient: NDArray[np.float32] = self._chosen_gradient(images, weights).numpy()
        return gradient[:, np.newaxis]

    def predict(
        self,
        x: NDArray[np.float32],
        batch_size: int = 128,
        training_mode: bool = False,
        **kwargs: Any,
    ) -> NDArray[np.float32]:
        """Compute the model's output, a batch at a time.

        Args:
            x: Images, float32 [n, height, width, channels].
            batch_size: The number of images in a batch.
            training_mode: Whether dropout and the like are active; then, and with pre- or
                postprocessing, ART's own method is used.
            **kwargs: Passed on to ART's own method.

        Returns:
            float32 [n, classes]: logits where the gradient is taken from them.
        """
        if training_mode or self.preprocessing_operations or self.postprocessing_defences:
            slow: NDArray[np.float32] = super().predict(x, batch_size, training_mode, **kwargs)
            return slow
        starts = range(0, max(len(x), 1), batch_size)
        batches = (np.asarray(x[start : start + batch_size], np.float32) for start in starts)
        return np.concatenate([self._forward(batch).numpy() for batch in batches])


def wrap_model(model: Any) -> CompiledClassifier:
    """Wrap a compiled Keras classifier.

    Where the model ends in a softmax and was compiled with a cross-entropy, the loss is computed
    from the logits below the softmax: a saturated softmax has no gradient.

    Args:
        model: The model; the shape of its input must be fixed but for the batch.

    Returns:
        The ART classifier. Its clip values are the pixel values that correspond to black and white:
        (0, 1), or those that a leading ``Rescaling`` layer maps to (0, 1).

    Raises:
        ParameterError: The model was not compiled with a loss.
    """
    if getattr(model, "loss", None) is None:
        raise ParameterError(
            f"the model {model.name!r} was not compiled with a loss, which an attack needs; "
            "compile it before it is logged"
        )
    loss = keras.losses.get(model.loss)
    name = getattr(loss, "name", None) or getattr(loss, "__name__", "")
    attacked = model
    if name in CROSS_ENTROPIES and not getattr(loss, "from_logits", False):
        logits = _below_softmax(model)
        attacked = model if logits is None else logits
        config = loss.get_config() if isinstance(loss, keras.losses.Loss) else {}
        loss = CROSS_ENTROPIES[name](**{**config, "from_logits": logits is not None})
    return CompiledClassifier(
        attacked,
        loss,
        nb_classes=int(model.output_shape[-1]),
        input_shape=tuple(model.input_shape[1:]),
        clip_values=_clip_values(model),
    )


def _below_softmax(model: Any) -> Any | None:
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return keras.Model(model.inputs, last.input)
    if getattr(last, "activation", None) is not keras.activations.softmax:
        return None
    if isinstance(last, keras.layers.Activation):
        return keras.Model(model.inputs, last.input)
    linear = type(last).from_config({**last.get_config(), "activation": "linear"})
    logits = keras.Model(model.inputs, linear(last.input))
    linear.set_weights(last.get_weights())
    return logits


def _clip_values(model: Any) -> tuple[float, float]:
    first = next(
        (layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)), None
    )
    if isinstance(first, keras.layers.Rescaling):
        return -first.offset / first.scale, (1 - first.offset) / first.scale
    return 0.0, 1.0
