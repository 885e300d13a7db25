# SPDX-License-Identifier: Apache-2.0
"""Whether, and how often, a model may work at several batches at once."""

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import keras

# With fewer, batches of small images keep two cores less than busy; of larger ones, another batch
# would take memory alone.
THREADS = 3
SMALL = 64 * 64 * 3
# They draw random numbers in training alone. A subclass of theirs may draw at any time.
DORMANT = (
    "AlphaDropout",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
)


def count_threads(image_size: tuple[int, ...], *, is_stateless: bool) -> int:
    """Count the batches that a model works at side by side; the results are those of one by one.

    Args:
        image_size: Height and width in pixels, and channels, of the images.
        is_stateless: Whether no call can change what a later one, or one beside it, gives.

    Returns:
        The number of threads, at least 1.
    """
    return THREADS if is_stateless and prod(image_size) <= SMALL else 1


def is_stateless(model: "keras.Model") -> bool:
    """Tell whether a model keeps nothing from one prediction to the next.

    Args:
        model: The model.

    Returns:
        False where a layer draws random numbers in other calls than those of training, or remembers
        a batch for the next one.
    """
    import keras

    # A layer that stands at two places is counted once, as its variables are.
    layers = set(_iterate_layers(model))
    if any(getattr(layer, "stateful", False) for layer in layers):
        return False
    classes = tuple(getattr(keras.layers, name) for name in DORMANT)
    dormant = (layer for layer in layers if type(layer) in classes)
    return _count_states(model) == sum(map(_count_states, dormant))


def _iterate_layers(model: "keras.Model") -> "Iterator[keras.Layer]":
    # A model may be a layer of another one.
    for layer in model.layers:
        yield layer
        if hasattr(layer, "layers"):
            yield from _iterate_layers(layer)


def _count_states(layer: "keras.Layer") -> int:
    # Keras counts the states of random numbers among the variables, but not among the weights.
    return len(layer.variables) - len(layer.weights)
