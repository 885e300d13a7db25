# SPDX-License-Identifier: Apache-2.0
"""Image classifiers by the name of their architecture."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra.sdk.exceptions import ParameterError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import keras

Shape = tuple[int, int, int]


@pyplugs.register(requires=("keras", "tensorflow"))
def init_classifier(
    model_architecture: str,
    optimizer: "str | keras.optimizers.Optimizer",
    metrics: "Sequence[str | keras.metrics.Metric]",
    input_shape: Shape,
    n_classes: int,
    loss: "str | keras.losses.Loss" = "categorical_crossentropy",
    seed: int | None = None,
) -> "keras.Model":
    """Make and compile a classifier.

    Args:
        model_architecture: ``"shallow_net"`` (one hidden layer of 32 units), ``"le_net"`` (two
            convolutions, after LeCun et al., "Gradient-based learning applied to document
            recognition", 1998) or ``"alex_net"`` (five convolutions, after Krizhevsky et al.,
            "ImageNet classification with deep convolutional neural networks", 2012).
        optimizer: The optimizer, or its Keras name.
        metrics: The metrics to follow, or their Keras names.
        input_shape: Height and width in pixels, and channels, of an image.
        n_classes: The number of classes, at least 2.
        loss: The loss, or its Keras name.
        seed: The seed of the initial weights and of dropout, in [0, 2**31); None leaves both to
            Keras, which draws from Python's generator, as other threads of the process do.

    Returns:
        A compiled model from images, float32 [n, height, width, channels] in [0, 1], to class
        probabilities, float32 [n, n_classes].

    Raises:
        UnknownNameError: There is no such architecture.
        ParameterError: The images are too small for the architecture, or ``n_classes`` is below 2.
    """
    import keras

    if model_architecture not in ARCHITECTURES:
        raise UnknownNameError("model architecture", model_architecture, ARCHITECTURES)
    if n_classes < 2:  # noqa: PLR2004 - a classifier tells at least two classes apart
        raise ParameterError(f"n_classes is at least 2, not {n_classes}")
    build, smallest = ARCHITECTURES[model_architecture]
    if min(input_shape[:2]) < smallest:
        possible = [
            name for name, (_, size) in ARCHITECTURES.items() if min(input_shape[:2]) >= size
        ]
        raise ParameterError(
            f"{model_architecture} needs images of at least {smallest} x {smallest} pixels, not "
            f"{input_shape[0]} x {input_shape[1]}; possible: "
            f"{', '.join(possible) or 'none'}"
        )
    layers = [*build(), keras.layers.Dense(n_classes, activation="softmax")]
    if seed is not None:
        layers = [_seed_layer(layer, seed + place) for place, layer in enumerate(layers)]
    model = keras.Sequential([keras.Input(tuple(input_shape)), *layers], name=model_architecture)
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return model


def _seed_layer(layer: Any, seed: int) -> Any:
    config = layer.get_config()
    if "seed" in config:
        config["seed"] = seed
    if "kernel_initializer" in config:
        config["kernel_initializer"]["config"]["seed"] = seed
    return type(layer).from_config(config)


def _shallow_net() -> list[Any]:
    from keras import layers

    return [layers.Flatten(), layers.Dense(32, activation="sigmoid")]


def _le_net() -> list[Any]:
    from keras import layers

    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
    ]


def _alex_net() -> list[Any]:
    from keras import layers

    def pooled() -> list[Any]:
        return [layers.MaxPooling2D(3, strides=2), layers.BatchNormalization()]

    return [
        layers.Conv2D(96, 11, strides=4, activation="relu"),
        *pooled(),
        layers.Conv2D(256, 5, padding="same", activation="relu"),
        *pooled(),
        layers.Conv2D(256, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        layers.Conv2D(384, 3, padding="same", activation="relu"),
        *pooled(),
        layers.Flatten(),
        layers.Dense(4096, activation="tanh"),
        layers.Dropout(0.5),
        layers.Dense(4096, activation="tanh"),
        layers.Dropout(0.5),
    ]


# The builder of the layers below the last one, and the smallest height and width, in pixels, that
# leave a pixel after every convolution and pooling.
ARCHITECTURES: dict[str, tuple[Callable[[], list[Any]], int]] = {
    "shallow_net": (_shallow_net, 1),
    "le_net": (_le_net, 6),
    "alex_net": (_alex_net, 67),
}
