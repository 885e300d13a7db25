# SPDX-License-Identifier: Apache-2.0
"""FGM in one formula, with what published figures differ in: loss, labels, clipping and storing.

The formula is that of Goodfellow, Shlens and Szegedy, 2015 (https://arxiv.org/abs/1412.6572).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dioptra import pyplugs

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras
    import numpy as np
    from numpy.typing import NDArray

    Images = NDArray[np.float32]

BATCH = 256
LEVELS = 255
# How far, in levels, floating-point noise may carry a pixel short of the level it stands for.
TOLERANCE = 1e-4


@pyplugs.register(requires=("keras", "tensorflow"))
def measure_fgm_variants(
    logits: keras.Model, images: Images, labels: NDArray[np.int64], eps: float, sureness: float
) -> dict[str, float]:
    """Attack images by FGM in the variants of publications, and measure what the model keeps.

    Args:
        logits: The Keras model without its softmax.
        images: The clean images, float32 [n, height, width, channels] in [0, 1].
        labels: Their classes, int64 [n].
        eps: The largest change of a pixel, in pixel values, at least 0.
        sureness: The factor by which the logits of a surer model are larger, above 0. It has the
            same predictions.

    Returns:
        For each variant ``accuracy_<variant>`` and, where it has a loss of its own,
        ``zero_gradient_<variant>``, the share of images whose gradient is zero: shares in [0, 1].
    """
    import numpy as np

    predicted = _predict_classes(logits, images)
    losses = {
        "logits_true": (_from_logits(1), labels),
        "logits_predicted": (_from_logits(1), predicted),
        "softmax_true": (_from_softmax(1), labels),
        "clipped_softmax_true": (_from_clipped_softmax(1), labels),
        "sure_logits_true": (_from_logits(sureness), labels),
        "sure_softmax_true": (_from_softmax(sureness), labels),
        "sure_clipped_softmax_true": (_from_clipped_softmax(sureness), labels),
    }
    attacked, zero = {}, {}
    for way, (loss, classes) in losses.items():
        gradient = _compute_gradient(logits, loss, images, classes)
        attacked[way] = np.clip(_go(images, gradient, eps), 0, 1)
        zero[f"zero_gradient_{way}"] = float((gradient == 0).all(axis=(1, 2, 3)).mean())
        if way == "logits_true":
            attacked["unclipped"] = _go(images, gradient, eps)
    clipped = attacked["logits_true"]
    attacked["stored_inward"] = _store_inward(clipped, images)
    attacked["stored_nearest"] = _store_nearest(clipped)
    attacked["stored_stretched"] = _store_stretched(clipped)
    attacked["stored_stretched_unclipped"] = _store_stretched(attacked["unclipped"])
    accuracies = {
        f"accuracy_{way}": float((_predict_classes(logits, batch) == labels).mean())
        for way, batch in attacked.items()
    }
    return {**accuracies, **zero}


def _predict_classes(logits: keras.Model, images: Images) -> NDArray[np.int64]:
    """Give the class that the model predicts for each image."""
    found: NDArray[np.int64] = logits.predict(images, batch_size=BATCH, verbose=0).argmax(axis=1)
    return found


def _go(images: Images, gradient: Images, eps: float) -> Images:
    """Go one step of FGM: eps along the sign of the gradient, in every pixel."""
    import numpy as np

    moved: Images = images + np.float32(eps) * np.sign(gradient).astype(np.float32)
    return moved


def _compute_gradient(
    logits: keras.Model, loss: Callable[..., Any], images: Images, classes: NDArray[np.int64]
) -> Images:
    """Compute the gradient of a loss for the images; NaN counts as zero, as it does in ART."""
    import numpy as np
    import tensorflow as tf

    one_hot = np.eye(logits.output_shape[-1], dtype=np.float32)[classes]

    @tf.function  # type: ignore[untyped-decorator] # TensorFlow publishes no types
    def differentiate(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = loss(y, logits(x, training=False))
        return tape.gradient(value, x)

    batches = tf.data.Dataset.from_tensor_slices((images, one_hot)).batch(BATCH)
    gradients = np.concatenate([differentiate(x, y).numpy() for x, y in batches])
    finite: Images = np.nan_to_num(gradients)
    return finite


def _from_logits(sureness: float) -> Callable[..., Any]:
    """Make the cross-entropy that is computed from logits."""
    import tensorflow as tf

    return lambda y, z: tf.nn.softmax_cross_entropy_with_logits(y, sureness * z)


def _from_softmax(sureness: float) -> Callable[..., Any]:
    """Make the cross-entropy that is computed from probabilities of 32 bits."""
    import tensorflow as tf

    return lambda y, z: -tf.reduce_sum(y * tf.math.log(tf.nn.softmax(sureness * z)), axis=1)


def _from_clipped_softmax(sureness: float) -> Callable[..., Any]:
    """Make Keras's cross-entropy over probabilities, which it keeps 1e-7 away from 0 and 1."""
    import keras
    import tensorflow as tf

    # Keras would find the logits below a softmax; it does not look below another operation.
    return lambda y, z: keras.losses.categorical_crossentropy(
        y, tf.identity(tf.nn.softmax(sureness * z))
    )


def _store_inward(attacked: Images, clean: Images) -> Images:
    """Store with 8 bits, rounded towards the clean image, as Dioptra does."""
    import numpy as np

    base = np.rint(clean.astype(np.float64) * LEVELS)
    change = attacked.astype(np.float64) * LEVELS - base
    return _read(base + np.sign(change) * np.floor(np.abs(change) + TOLERANCE))


def _store_nearest(attacked: Images) -> Images:
    """Store with 8 bits, rounded to the nearest level."""
    import numpy as np

    return _read(np.rint(attacked * LEVELS))


def _store_stretched(attacked: Images) -> Images:
    """Store with 8 bits, the contrast of each image stretched to the full range, as by Keras."""
    axes = (1, 2, 3)
    low = attacked.min(axis=axes, keepdims=True)
    high = attacked.max(axis=axes, keepdims=True)
    return _read((attacked - low) / (high - low).clip(min=1e-12) * LEVELS)


def _read(levels: Any) -> Images:
    import numpy as np

    # As files are: whole levels, a share of one is cut off.
    pixels: Images = levels.astype(np.uint8).astype(np.float32) * np.float32(1 / LEVELS)
    return pixels
