import random
from typing import Any

import numpy as np
import pytest

from dioptra.sdk.exceptions import ParameterError, UnknownNameError
from dioptra_builtins.estimators.keras_classifiers import ARCHITECTURES, init_classifier

pytestmark = pytest.mark.usefixtures("tensorflow")
SMALLEST = {"shallow_net": (1, 1, 1), "le_net": (6, 6, 1), "alex_net": (67, 67, 3)}
# By hand: the weights and biases of every layer, and four numbers a channel of each batch norm.
PARAMETERS = [
    ("shallow_net", (28, 28, 1), 784 * 32 + 32 + 32 * 10 + 10),
    ("shallow_net", (2, 3, 3), 18 * 32 + 32 + 32 * 10 + 10),
    (
        "le_net",
        (28, 28, 1),
        (9 * 32 + 32)
        + (9 * 32 * 64 + 64)
        + (12 * 12 * 64 * 128 + 128)  # 28 - 2 - 2 pixels a side, halved
        + (128 * 10 + 10),
    ),
    (
        "alex_net",
        (67, 67, 3),
        (121 * 3 * 96 + 96)
        + 4 * 96
        + (25 * 96 * 256 + 256)
        + 4 * 256
        + (9 * 256 * 256 + 256)
        + (9 * 256 * 384 + 384)
        + (9 * 384 * 384 + 384)
        + 4 * 384
        + (384 * 4096 + 4096)  # one pixel is left
        + (4096 * 4096 + 4096)
        + (4096 * 10 + 10),
    ),
]


def make(name: str = "shallow_net", **options: Any) -> Any:
    options = {
        "optimizer": "adam",
        "metrics": ["accuracy"],
        "input_shape": SMALLEST[name],
        "n_classes": 4,
        **options,
    }
    return init_classifier(name, **options)


@pytest.fixture(scope="module")
def alex_net(tensorflow: None) -> Any:  # noqa: ARG001 - it comes first
    return make("alex_net", n_classes=10)


@pytest.fixture(params=["shallow_net", "le_net", "alex_net"])
def smallest(request: pytest.FixtureRequest, alex_net: Any) -> Any:
    return alex_net if request.param == "alex_net" else make(request.param, n_classes=10)


def train(name: str, seed: int) -> list[Any]:
    """Train a step with dropout; gives the weights."""
    model = make(name, input_shape=(8, 8, 1), seed=seed)
    images = np.random.default_rng(0).random((16, 8, 8, 1), np.float32)
    model.fit(images, np.eye(4, dtype=np.float32)[np.arange(16) % 4], verbose=0)
    return list(model.get_weights())


@pytest.mark.parametrize("name", ["shallow_net", "le_net"])
def test_a_seed_fixes_weights_and_dropout_whatever_else_draws_from_the_generators(
    name: str,
) -> None:
    first = train(name, seed=3)
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002 - the generator that libraries share
    for ours, theirs in zip(train(name, seed=3), first, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_another_seed_gives_other_weights_and_layers_differ() -> None:
    first, second = (make("alex_net", seed=seed).get_weights()[0] for seed in (3, 4))
    assert not np.array_equal(first, second)
    twins = make("alex_net", seed=3).layers[7:9]
    assert twins[0].kernel.shape[-1] == twins[1].kernel.shape[-1]
    assert not np.array_equal(twins[0].kernel[..., :256, :], twins[1].kernel[..., :256, :])


def test_the_specified_architectures_are_known() -> None:
    assert set(ARCHITECTURES) == {"shallow_net", "le_net", "alex_net"}


def test_a_model_has_the_name_of_its_architecture(smallest: Any) -> None:
    assert smallest.input_shape == (None, *SMALLEST[smallest.name])


def test_a_model_gives_a_probability_for_each_class(smallest: Any) -> None:
    images = np.random.default_rng(0).random((3, *smallest.input_shape[1:]), np.float32)
    output = smallest.predict(images, verbose=0)
    assert output.shape == (3, 10)
    assert output.dtype == np.float32
    assert output.min() >= 0
    np.testing.assert_allclose(output.sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(("name", "input_shape", "n"), PARAMETERS)
def test_a_model_has_as_many_parameters_as_its_architecture_asks_for(
    alex_net: Any, name: str, input_shape: tuple[int, int, int], n: int
) -> None:
    wanted = {"input_shape": input_shape, "n_classes": 10}
    model = alex_net if name == "alex_net" else make(name, **wanted)
    assert model.count_params() == n


def describe(model: Any) -> list[str]:
    return [type(layer).__name__ for layer in model.layers]


def test_shallow_net_has_one_hidden_layer_of_sigmoids() -> None:
    model = make()
    assert describe(model) == ["Flatten", "Dense", "Dense"]
    assert [layer.activation.__name__ for layer in model.layers[1:]] == ["sigmoid", "softmax"]


def test_le_net_drops_a_quarter_and_then_a_half() -> None:
    model = make("le_net")
    convolutions = ["Conv2D", "Conv2D", "MaxPooling2D", "Dropout"]
    assert describe(model) == [*convolutions, "Flatten", "Dense", "Dropout", "Dense"]
    assert [layer.rate for layer in model.layers if hasattr(layer, "rate")] == [0.25, 0.5]


def test_alex_net_has_five_convolutions_and_two_wide_layers(alex_net: Any) -> None:
    kinds = describe(alex_net)
    assert [kinds.count(kind) for kind in ("Conv2D", "MaxPooling2D", "BatchNormalization")] == [
        5,
        3,
        3,
    ]
    wide = [layer for layer in alex_net.layers if type(layer).__name__ == "Dense"][:-1]
    assert [(layer.units, layer.activation.__name__) for layer in wide] == [(4096, "tanh")] * 2
    assert [layer.rate for layer in alex_net.layers if hasattr(layer, "rate")] == [0.5, 0.5]


@pytest.mark.parametrize("name", ["le_net", "alex_net"])
def test_the_smallest_size_is_the_smallest_that_leaves_a_pixel(name: str) -> None:
    import keras

    build, smallest = ARCHITECTURES[name]
    with pytest.raises(ValueError, match="output size would be zero or negative"):
        keras.Sequential([keras.Input((smallest - 1, smallest - 1, 1)), *build()])


@pytest.mark.parametrize(
    ("name", "input_shape", "message"),
    [
        ("le_net", (5, 28, 1), "le_net needs images of at least 6 x 6 pixels, not 5 x 28"),
        ("le_net", (28, 5, 1), "not 28 x 5; possible: shallow_net"),
        ("alex_net", (28, 28, 1), "at least 67 x 67 pixels, not 28 x 28"),
        ("alex_net", (66, 67, 3), "not 66 x 67; possible: shallow_net, le_net"),
        ("shallow_net", (0, 8, 1), "at least 1 x 1 pixels, not 0 x 8; possible: none"),
    ],
)
def test_images_too_small_for_an_architecture_are_refused_with_what_is_possible(
    name: str, input_shape: tuple[int, int, int], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        make(name, input_shape=input_shape)


@pytest.mark.parametrize("name", ["le_nett", "Le_Net", ""])
def test_an_unknown_architecture_is_refused_with_those_known(name: str) -> None:
    message = f"no model architecture named '{name}'; known: alex_net, le_net, shallow_net"
    with pytest.raises(UnknownNameError, match=message):
        init_classifier(name, "adam", [], (28, 28, 1), 10)


@pytest.mark.parametrize("n_classes", [1, 0, -3])
def test_fewer_than_two_classes_are_refused(n_classes: int) -> None:
    with pytest.raises(ParameterError, match=f"n_classes is at least 2, not {n_classes}"):
        make(n_classes=n_classes)


@pytest.mark.parametrize("n_classes", [2, 3, 100])
def test_the_last_layer_has_a_unit_for_each_class(n_classes: int) -> None:
    assert make(n_classes=n_classes).output_shape == (None, n_classes)


def test_the_loss_is_the_categorical_cross_entropy_unless_told() -> None:
    assert make().loss == "categorical_crossentropy"
    assert make(loss="mse").loss == "mse"


def test_a_loss_a_metric_and_an_optimizer_may_be_objects() -> None:
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy()
    optimizer = keras.optimizers.SGD(0.25)
    metric = keras.metrics.SparseCategoricalAccuracy(name="share")
    model = make(loss=loss, optimizer=optimizer, metrics=(metric,))
    assert model.loss is loss
    assert model.optimizer is optimizer
    results = model.evaluate(np.zeros((2, 1, 1, 1)), np.zeros(2), verbose=0, return_dict=True)
    assert set(results) == {"loss", "share"}


def test_the_optimizer_and_the_metrics_may_be_names() -> None:
    model = make(optimizer="sgd", metrics=["accuracy", "mae"])
    assert type(model.optimizer).__name__ == "SGD"
    results = model.evaluate(np.zeros((2, 1, 1, 1)), np.eye(4)[:2], verbose=0, return_dict=True)
    assert set(results) == {"loss", "accuracy", "mae"}


def test_the_shape_of_the_input_may_be_a_list() -> None:
    assert make(input_shape=[4, 5, 3]).input_shape == (None, 4, 5, 3)


def test_the_loss_of_equal_probabilities_is_the_logarithm_of_the_number_of_classes() -> None:
    model = make()
    model.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    loss = model.evaluate(np.zeros((4, 1, 1, 1)), np.eye(4), verbose=0, return_dict=True)["loss"]
    assert loss == pytest.approx(np.log(4), rel=1e-6)
