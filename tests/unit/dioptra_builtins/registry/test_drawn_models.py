"""Attacks on models of many kinds are those of stock ART on a twin that was made by hand."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dioptra.contracts import ModelContract
from dioptra_builtins._quiet_art import quiet_art
from dioptra_builtins.attacks.fgm import perturb_images

pytestmark = pytest.mark.usefixtures("tensorflow")
COUNT = 12
EPS = 0.1
# What a byte 0 and a byte 255 are in the input of a model that begins with these layers.
INTERVALS = {
    "none": (0.0, 1.0),
    "none, wide": (-1.0, 1.0),
    "none, bytes": (0.0, 255.0),
    "rescaling to -1..1": (0.0, 1.0),
    "rescaling of bytes to -1..1": (0.0, 255.0),
    "rescaling of bytes to 0..1": (0.0, 255.0),
    "rescaling to bytes": (0.0, 1.0),
    "rescaling after augmentation": (0.0, 255.0),
    "normalization of each channel": (0.0, 255.0),
    "normalization after rescaling": (0.0, 255.0),
    "nested rescaling": (0.0, 255.0),
    "batch normalization": (-1.0, 1.0),
}


@dataclass(frozen=True)
class Design:
    """How a model is put together."""

    preprocessing: str = "none"
    channels: int = 1
    classes: int = 3
    end: str = "dense softmax"
    loss: str = "categorical_crossentropy"
    dtype: str = "float32"
    is_nested: bool = False
    is_normalized: bool = False


@st.composite
def designs(draw: st.DrawFn) -> Design:
    end = draw(st.sampled_from(ENDS))
    losses = BINARY_LOSSES if end.startswith("one") else LOSSES
    return Design(
        preprocessing=draw(st.sampled_from(sorted(INTERVALS))),
        channels=draw(st.sampled_from([1, 3])),
        classes=2 if end.startswith("one") else draw(st.integers(2, 4)),
        end=end,
        loss=draw(st.sampled_from(losses)),
        dtype=draw(st.sampled_from(["float32", "float32", "float64"])),
        is_nested=draw(st.booleans()),
        is_normalized=draw(st.booleans()),
    )


ENDS = [
    "dense softmax",
    "layer softmax",
    "activation softmax",
    "operation softmax",
    "logits",
    "one sigmoid",
    "one logit",
]
LOSSES = ["categorical_crossentropy", "sparse_categorical_crossentropy", "focal", "smoothed", "mse"]
BINARY_LOSSES = ["binary_crossentropy", "smoothed binary"]


def make_first(kind: str, channels: int) -> list[Any]:
    import keras
    from keras import layers

    if kind == "nested rescaling":
        return [keras.Sequential([layers.RandomFlip(), layers.Rescaling(1 / 127.5, -1)])]
    each = {"mean": np.linspace(90, 140, channels), "variance": np.linspace(50, 70, channels) ** 2}
    small = {"mean": np.linspace(0.3, 0.6, channels), "variance": np.full(channels, 0.07)}
    return {
        "rescaling to -1..1": [layers.Rescaling(2.0, -1)],
        "rescaling of bytes to -1..1": [layers.Rescaling(1 / 127.5, -1)],
        "rescaling of bytes to 0..1": [layers.Rescaling(1 / 255)],
        "rescaling to bytes": [layers.Rescaling(255), layers.Rescaling(1 / 100)],
        "rescaling after augmentation": [layers.RandomFlip(), layers.Rescaling(1 / 255)],
        "normalization of each channel": [layers.Normalization(**each)],
        "normalization after rescaling": [layers.Rescaling(1 / 255), layers.Normalization(**small)],
        "batch normalization": [layers.BatchNormalization()],
    }.get(kind, [layers.Rescaling(1 / 128)] if kind == "none, bytes" else [])


def make_loss(name: str, *, from_logits: bool) -> Any:
    from keras import losses

    if name == "mse":
        return losses.MeanSquaredError()
    kinds = {
        "categorical_crossentropy": (losses.CategoricalCrossentropy, {}),
        "sparse_categorical_crossentropy": (losses.SparseCategoricalCrossentropy, {}),
        "focal": (losses.CategoricalFocalCrossentropy, {"gamma": 1.5}),
        "smoothed": (losses.CategoricalCrossentropy, {"label_smoothing": 0.1}),
        "binary_crossentropy": (losses.BinaryCrossentropy, {}),
        "smoothed binary": (losses.BinaryCrossentropy, {"label_smoothing": 0.1}),
    }
    kind, options = kinds[name]
    return kind(from_logits=from_logits, **options)


def make_models(design: Design, seed: int) -> tuple[Any, Any]:
    """The model as its owner makes it, and the scores below its end."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(seed)
    image = keras.Input((6, 6, design.channels), dtype=design.dtype)
    hidden = image
    for layer in make_first(design.preprocessing, design.channels):
        hidden = layer(hidden)
    hidden = layers.Conv2D(4, 3, activation="tanh")(hidden)
    if design.is_normalized:
        hidden = layers.BatchNormalization()(hidden)
    hidden = layers.Flatten()(hidden)
    units = 1 if design.end.startswith("one") else design.classes
    body = keras.Model(image, layers.Dense(units)(hidden))
    inputs = keras.Input((6, 6, design.channels), dtype=design.dtype)
    scores = body(inputs) if design.is_nested else body.outputs[0]
    start = inputs if design.is_nested else image
    if design.end in ("dense softmax", "one sigmoid"):
        last = layers.Dense(units, activation=design.end.split()[1])
        kernel = layers.Dense(units)
        outputs = last(scores)
        below = kernel(scores)
        kernel.set_weights(last.get_weights())
        return keras.Model(start, outputs), keras.Model(start, below)
    outputs = {
        "layer softmax": layers.Softmax(),
        "activation softmax": layers.Activation("softmax"),
        "operation softmax": keras.ops.softmax,
    }.get(design.end, lambda given: given)(scores)
    return keras.Model(start, outputs), keras.Model(start, scores)


def make_stock(design: Design, model: Any, scores: Any, interval: tuple[float, float]) -> Any:
    import keras

    with quiet_art():
        from art.estimators.classification import TensorFlowV2Classifier

    attacked, loss = scores, make_loss(design.loss, from_logits=True)
    if design.loss == "mse":
        attacked = model
    if design.end.startswith("one"):
        score = scores.outputs[0]
        pair = keras.ops.concatenate([keras.ops.zeros_like(score), score], axis=-1)
        attacked = keras.Model(scores.inputs, pair)
        loss = make_loss(
            design.loss.replace("smoothed binary", "smoothed").replace("binary_", "categorical_"),
            from_logits=True,
        )

    def cast(images: Any, training: bool) -> Any:
        return keras.ops.cast(attacked(images, training=training), "float32")

    return TensorFlowV2Classifier(
        cast,
        design.classes,
        (6, 6, design.channels),
        loss_object=loss,
        clip_values=interval,
        preprocessing=None,
    )


def make_case(design: Design, seed: int = 1) -> tuple[Any, Any, NDArray[np.float32], Any]:
    """A wrapped model, stock ART on its twin, images, and their labels as predicted."""
    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    model, scores = make_models(design, seed)
    is_given_logits = design.end in ("logits", "one logit")
    model.compile("adam", make_loss(design.loss, from_logits=is_given_logits))
    low, high = INTERVALS[design.preprocessing]
    contract = ModelContract(
        class_names=tuple("abcd"[: design.classes]),
        image_size=(6, 6, design.channels),
        pixel_interval=(low, high),
        output="logits" if is_given_logits else "probabilities",
        outputs=model.output_shape[1],
        loss="given by the model",
    )
    wrapped = wrap_model(model, contract)
    stock = make_stock(design, model, scores, (low, high))
    shares = np.random.default_rng(seed).random((COUNT, 6, 6, design.channels), np.float32)
    images = (low + (high - low) * shares).astype(np.float32)
    return wrapped, stock, images, stock.predict(images).argmax(axis=1)


def attack(classifier: Any, images: Any, labels: Any, design: Design, kind: str) -> Any:
    low, high = INTERVALS[design.preprocessing]
    with quiet_art():
        from art.attacks.evasion import FastGradientMethod, ProjectedGradientDescentNumpy

    eps = EPS * (high - low)
    one_hot = np.eye(design.classes, dtype=np.float32)[labels]
    if kind == "fgm":
        method = FastGradientMethod(classifier, norm=2, eps=20 * eps)
    else:
        method = ProjectedGradientDescentNumpy(
            classifier, norm=2, eps=20 * eps, eps_step=5 * eps, max_iter=3, verbose=False
        )
    return (method.generate(images, one_hot) - low) / (high - low)


def check_case(design: Design, seed: int = 1) -> None:
    wrapped, stock, images, labels = make_case(design, seed)
    low, high = INTERVALS[design.preprocessing]
    for kind in ("fgm", "pgd"):
        ours, theirs = (
            attack(classifier, images, labels, design, kind) for classifier in (wrapped, stock)
        )
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
        assert (abs(ours - (images - low) / (high - low)) > 0).any(axis=(1, 2, 3)).all()
        kept = [
            wrapped.predict((low + (high - low) * attacked).astype(np.float32)).argmax(axis=1)
            for attacked in (ours, theirs)
        ]
        np.testing.assert_array_equal(*kept)


@pytest.mark.parametrize("preprocessing", INTERVALS)
def test_a_model_that_scales_its_input_is_attacked_within_its_true_interval(
    preprocessing: str,
) -> None:
    design = Design(preprocessing, channels=3)
    wrapped, stock, images, labels = make_case(design)
    low, high = INTERVALS[preprocessing]
    with quiet_art():
        from art.attacks.evasion import FastGradientMethod

    eps = EPS * (high - low)
    ours = perturb_images(wrapped, images, labels, eps=eps)
    theirs = FastGradientMethod(stock, eps=eps).generate(images, np.eye(3)[labels])
    np.testing.assert_allclose(
        (ours - low) / (high - low), (theirs - low) / (high - low), atol=1e-6
    )
    assert low <= ours.min() < ours.max() <= high


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(design=designs(), seed=st.integers(0, 1000))
def test_an_attack_on_any_model_is_that_of_stock_art(design: Design, seed: int) -> None:
    check_case(design, seed)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(design=designs(), seed=st.integers(0, 1000))
def test_an_attack_on_each_of_200_models_is_that_of_stock_art(design: Design, seed: int) -> None:
    check_case(design, seed)
