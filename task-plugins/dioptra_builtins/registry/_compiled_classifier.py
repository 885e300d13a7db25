# SPDX-License-Identifier: Apache-2.0
"""An ART classifier over a Keras model, with compiled gradients taken from the logits.

This module imports TensorFlow and ART at its top, so it is itself imported only where it is used.
"""

import copy
from typing import Any

import numpy as np
import tensorflow as tf
from art.estimators.classification import TensorFlowV2Classifier
from numpy.typing import NDArray

from dioptra.contracts import ModelContract, format_size
from dioptra.sdk.exceptions import ContractError
from dioptra_builtins._finite import check_finite
from dioptra_builtins._side_by_side import is_stateless
from dioptra_builtins.registry._heads import read_head, read_image_size

# How far pixels may lie beyond an interval that nobody stated, as a share of it: attacks leave it a
# little before they clip. Images of another interval lie further out.
MARGIN = 0.5


class CompiledClassifier(TensorFlowV2Classifier):  # type: ignore[misc]
    """ART's classifier, with its hot methods compiled for batches of any size.

    The gradients have the values of ART's own, which runs them eagerly; ``predict`` keeps to its
    batch size, which ART's own does not. Images of another shape, and numbers that are not finite,
    are an error.
    """

    # What ART gives to a classifier that is made like this one.
    estimator_params = (*TensorFlowV2Classifier.estimator_params, "contract")

    def __init__(
        self, model: Any, loss_object: Any, contract: ModelContract | None = None, **kwargs: Any
    ) -> None:
        # None and not ART's (0, 1): every preprocessing step would be one more eager operation.
        super().__init__(model=model, loss_object=loss_object, **{"preprocessing": None, **kwargs})
        self._contract = contract
        images = tf.TensorSpec((None, *self.input_shape), tf.float32)
        labels = (
            tf.TensorSpec((None,), tf.int64)
            if self._reduce_labels
            else tf.TensorSpec((None, self.nb_classes), tf.float32)
        )

        def forward(x: Any) -> Any:
            return tf.cast(model(x, training=False), tf.float32)

        def differentiate(x: Any, loss: Any, tape: Any) -> Any:
            gradient = tape.gradient(loss, x)
            if gradient is None:
                raise ContractError(f"{self._name} has no gradient with respect to its input")
            return gradient

        def gradient(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                loss = loss_object(y, forward(x))
            return differentiate(x, loss, tape)

        def own_gradient(x: Any, _: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                outputs = forward(x)
                predicted = tf.argmax(tf.stop_gradient(outputs), axis=1)
                if not self._reduce_labels:
                    predicted = tf.one_hot(predicted, self.nb_classes)
                loss = loss_object(predicted, outputs)
            return differentiate(x, loss, tape)

        def chosen_gradient(x: Any, weights: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                chosen = tf.reduce_sum(forward(x) * weights)
            return differentiate(x, chosen, tape)

        def all_gradients(x: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                outputs = forward(x)
            return tape.batch_jacobian(outputs, x)

        weights = tf.TensorSpec((None, self.nb_classes), tf.float32)
        self._chosen_gradient = compile_function(chosen_gradient, [images, weights])
        self._all_gradients = compile_function(all_gradients, [images])
        self._gradient = compile_function(gradient, [images, labels])
        self._own_gradient = compile_function(own_gradient, [images, labels])
        self._forward = compile_function(forward, [images])

    @property
    def contract(self) -> ModelContract | None:
        """What the model's input and output mean, where its owner has said it."""
        return self._contract

    def follow_predictions(self) -> "CompiledClassifier | None":
        """Give a classifier like this one, whose loss is that of the classes that it predicts.

        Returns:
            One whose ``loss_gradient`` does not look at the labels, which saves a prediction before
            it; None where something of ART's stands around the model.
        """
        if self.preprocessing_operations or self.postprocessing_defences:
            return None
        twin = copy.copy(self)
        twin._gradient = self._own_gradient  # noqa: SLF001 - its own kind
        return twin

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
        images = self._take(x)
        if training_mode or self.preprocessing_operations:
            slow: NDArray[np.float32] = super().loss_gradient(x, y, training_mode, **kwargs)
            return self._check_finite(slow, "gradient")
        labels = np.argmax(y, axis=1) if self._reduce_labels else np.asarray(y, np.float32)
        gradient: NDArray[np.float32] = self._gradient(images, labels).numpy()
        return self._check_finite(gradient, "gradient")

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
        images = self._take(x)
        if training_mode or self.preprocessing_operations:
            slow: NDArray[np.float32] = super().class_gradient(x, label, training_mode, **kwargs)
            return self._check_finite(slow, "gradient")
        if label is None:
            gradients: NDArray[np.float32] = self._all_gradients(images).numpy()
            return self._check_finite(gradients, "gradient")
        chosen = np.broadcast_to(np.asarray(label), len(images))
        weights = np.eye(self.nb_classes, dtype=np.float32)[chosen]
        gradient: NDArray[np.float32] = self._chosen_gradient(images, weights).numpy()
        return self._check_finite(gradient, "gradient")[:, np.newaxis]

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
        images = self._take(x)
        if training_mode or self.preprocessing_operations or self.postprocessing_defences:
            slow: NDArray[np.float32] = super().predict(x, batch_size, training_mode, **kwargs)
            return self._check_finite(slow, "output")
        starts = range(0, max(len(x), 1), batch_size)
        batches = (images[start : start + batch_size] for start in starts)
        output = np.concatenate([self._forward(batch).numpy() for batch in batches])
        return self._check_finite(output, "output")

    @property
    def _name(self) -> str:
        return f"the model {self.model.name!r}"

    def _take(self, x: NDArray[Any]) -> NDArray[np.float32]:
        # Before the compiled function: one whose arguments do not bind keeps a lock of TensorFlow,
        # and all other threads wait for it.
        images = np.asarray(x, np.float32)
        if images.shape[1:] != tuple(self.input_shape):
            raise ContractError(
                f"{self._name} takes images of {format_size(self.input_shape)} (height x width x "
                f"channels), not of {format_size(images.shape[1:])}"
            )
        # A rectifier makes 0 of NaN, so the output would not tell.
        self._check_finite(images, "input")
        if self._contract is None and images.size:
            self._check_interval(images)
        return images

    def _check_interval(self, images: NDArray[np.float32]) -> None:
        low, high = (float(end) for end in self.clip_values)
        margin = MARGIN * (high - low)
        least, most = float(images.min()), float(images.max())
        if least < low - margin or most > high + margin:
            raise ContractError(
                f"pixels go from {least:g} to {most:g}, but those of {self._name} are taken to go "
                f"from {low:g} to {high:g}, as nobody has stated them; give its contract"
            )

    def _check_finite(self, values: NDArray[np.float32], what: str) -> NDArray[np.float32]:
        check_finite(values, f"the {what} of {self._name}")
        return values


def compile_function(function: Any, signature: list[Any]) -> Any:
    """Compile a function for tensors of a signature; its own errors pass through as they are."""
    return tf.function(function, input_signature=signature, autograph=False)


def wrap_model(model: Any, contract: ModelContract | None = None) -> CompiledClassifier:
    """Wrap a compiled Keras classifier.

    Where the model ends in a softmax or a sigmoid and its loss is a cross-entropy, the loss is
    computed from the logits below: what is saturated has no gradient. A single output stands for
    two classes, whose logits are 0 and that of the output.

    Args:
        model: The model.
        contract: What its input and output mean. Without it, pixels go from 0 to 1, images have the
            size of the model's input, and pixels far outside are an error; nothing is read from its
            layers.

    Returns:
        The ART classifier. Its clip values are the model's pixel interval.

    Raises:
        ContractError: The model is not what the contract says, or cannot be attacked: it has
            several inputs or outputs, takes whole numbers, or its input has no fixed size.
        ParameterError: The model was not compiled with a loss.
    """
    head = read_head(model, contract)
    return CompiledClassifier(
        head.model,
        head.loss,
        contract,
        nb_classes=head.classes,
        input_shape=read_image_size(model, contract),
        clip_values=(0.0, 1.0) if contract is None else contract.pixel_interval,
    )
