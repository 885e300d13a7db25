from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dioptra.contracts import ModelContract
from dioptra.sdk.exceptions import ContractError, NonFiniteError, ParameterError
from dioptra_builtins._quiet_art import quiet_art
from dioptra_builtins.attacks.fgm import perturb_images

pytestmark = pytest.mark.usefixtures("tensorflow")
SIZE = (8, 8, 1)
RNG = np.random.default_rng(0)
IMAGES = RNG.random((37, *SIZE), np.float32)
CLASSES = RNG.integers(0, 3, 37)
LABELS = np.eye(3, dtype=np.float32)[CLASSES]
SPARSE = "sparse_categorical_crossentropy"


def wrap(model: Any, contract: ModelContract | None = None) -> Any:
    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    return wrap_model(model, contract)


def stock(model: Any, loss: Any, **options: Any) -> Any:
    with quiet_art():
        from art.estimators.classification import TensorFlowV2Classifier

    return TensorFlowV2Classifier(
        model, 3, SIZE, loss_object=loss, clip_values=(0.0, 1.0), **options
    )


def stack(*layers: Any, loss: Any = "categorical_crossentropy", size: Any = SIZE) -> Any:
    import keras

    model = keras.Sequential([keras.Input(size), *layers])
    model.compile("adam", loss)
    return model


def below() -> list[Any]:
    import keras
    from keras import layers

    keras.utils.set_random_seed(2)
    return [
        layers.Conv2D(4, 3, activation="relu"),
        layers.Dropout(0.5),
        layers.Flatten(),
        layers.Dense(8, activation="sigmoid"),
    ]


def network(loss: Any = "categorical_crossentropy") -> Any:
    from keras import layers

    return stack(*below(), layers.Dense(3, activation="softmax"), loss=loss)


def linear(model: Any) -> Any:
    """The same network without its softmax, put together by hand."""
    from keras import layers

    twin = stack(*below(), layers.Dense(3))
    twin.set_weights(model.get_weights())
    return twin


def entropy(**options: Any) -> Any:
    import keras

    return keras.losses.CategoricalCrossentropy(**options)


def refuse(*_args: Any, **_options: Any) -> None:
    raise AssertionError("the slow method was called")


@pytest.fixture(scope="module")
def model(tensorflow: None) -> Any:  # noqa: ARG001 - it comes first
    return network()


@pytest.fixture(scope="module")
def classifier(model: Any) -> Any:
    return wrap(model)


@pytest.fixture(scope="module")
def usual(model: Any) -> Any:
    return stock(linear(model), entropy(from_logits=True))


@pytest.fixture
def fast_only(classifier: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    from art.estimators.classification import TensorFlowV2Classifier

    monkeypatch.setattr(TensorFlowV2Classifier, "loss_gradient", refuse)
    monkeypatch.setattr(TensorFlowV2Classifier, "predict", refuse)
    return classifier


def test_the_classifier_takes_its_facts_from_the_model(classifier: Any) -> None:
    assert classifier.input_shape == SIZE
    assert classifier.nb_classes == 3
    np.testing.assert_array_equal(classifier.clip_values, [0, 1])


def test_the_gradients_are_those_of_art(classifier: Any, usual: Any) -> None:
    ours = classifier.loss_gradient(IMAGES, LABELS)
    assert (ours.shape, ours.dtype) == (IMAGES.shape, np.float32)
    np.testing.assert_allclose(ours, usual.loss_gradient(IMAGES, LABELS), rtol=1e-5, atol=1e-8)


def test_the_gradients_are_those_of_art_from_probabilities(classifier: Any, model: Any) -> None:
    theirs = stock(model, entropy()).loss_gradient(IMAGES, LABELS)
    np.testing.assert_allclose(
        classifier.loss_gradient(IMAGES, LABELS), theirs, rtol=1e-4, atol=1e-8
    )


@pytest.mark.parametrize("label", [None, 1, CLASSES, CLASSES.tolist()])
def test_the_gradients_of_the_outputs_are_those_of_art(
    classifier: Any, usual: Any, label: Any
) -> None:
    ours, theirs = (one.class_gradient(IMAGES, label) for one in (classifier, usual))
    assert ours.shape == (37, 3 if label is None else 1, *SIZE)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)


def test_gradients_of_outputs_with_dropout_are_art_s_own(
    classifier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "_all_gradients", refuse)
    with_dropout = classifier.class_gradient(IMAGES, training_mode=True)
    assert with_dropout.shape == (37, 3, *SIZE)


def test_the_gradient_is_the_slope_of_the_loss(classifier: Any, model: Any) -> None:
    def lose(images: NDArray[np.float32]) -> float:
        output = model.predict(images, verbose=0).astype(np.float64)
        return float(-np.log(output[LABELS == 1]).mean())

    gradient = classifier.loss_gradient(IMAGES, LABELS)
    step = 1e-2 * gradient / np.abs(gradient).max()
    slope = (lose(IMAGES + step) - lose(IMAGES - step)) / 2
    assert slope == pytest.approx(float((gradient * step).sum()), rel=1e-2)


def test_predictions_are_those_of_art(classifier: Any, usual: Any) -> None:
    ours = classifier.predict(IMAGES)
    assert (ours.shape, ours.dtype) == ((37, 3), np.float32)
    np.testing.assert_allclose(ours, usual.predict(IMAGES), rtol=1e-5, atol=1e-6)


def test_predictions_are_logits_whose_softmax_the_model_gives(classifier: Any, model: Any) -> None:
    powers = np.exp(classifier.predict(IMAGES))
    np.testing.assert_allclose(
        powers / powers.sum(axis=1, keepdims=True), model.predict(IMAGES, verbose=0), rtol=1e-5
    )


@pytest.mark.parametrize("batch_size", [1, 5, 37, 1000])
def test_predictions_do_not_depend_on_the_batch_size(classifier: Any, batch_size: int) -> None:
    np.testing.assert_allclose(
        classifier.predict(IMAGES, batch_size=batch_size),
        classifier.predict(IMAGES),
        rtol=1e-5,
        atol=1e-6,
    )


def test_predictions_keep_to_the_batch_size(
    classifier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    forward = classifier._forward

    def record(images: NDArray[np.float32]) -> Any:
        sizes.append(len(images))
        return forward(images)

    monkeypatch.setattr(classifier, "_forward", record)
    classifier.predict(IMAGES, batch_size=10)
    assert sizes == [10, 10, 10, 7]


def test_no_image_gives_no_prediction(classifier: Any) -> None:
    assert classifier.predict(IMAGES[:0]).shape == (0, 3)


def test_images_and_labels_of_other_types_are_taken_as_float32(classifier: Any) -> None:
    expected = classifier.loss_gradient(IMAGES, LABELS)
    given = classifier.loss_gradient(IMAGES.astype(np.float64), LABELS.astype(np.int64))
    np.testing.assert_array_equal(given, expected)
    np.testing.assert_array_equal(
        classifier.predict(IMAGES.astype(np.float64)), classifier.predict(IMAGES)
    )


def test_the_inputs_stay_as_they_are(classifier: Any) -> None:
    images, labels = IMAGES.copy(), LABELS.copy()
    perturb_images(classifier, images, labels, norm=2)
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)


def attack(target: Any, labels: Any = LABELS, **options: Any) -> Any:
    with quiet_art():
        from art.attacks.evasion import FastGradientMethod

    return FastGradientMethod(target, **options).generate(IMAGES, labels)


@pytest.mark.parametrize("norm", [inf, 1, 2])
@pytest.mark.parametrize("labels", [LABELS, CLASSES, None], ids=["one-hot", "int", "predicted"])
@pytest.mark.parametrize("minimal", [False, True], ids=["full", "minimal"])
def test_the_attack_is_that_of_art(
    classifier: Any, usual: Any, norm: float, labels: Any, minimal: bool
) -> None:
    eps = 0.2 if norm == inf else 2.0
    options: dict[str, Any] = {"eps": eps, "eps_step": eps / 8, "minimal": minimal}
    ours = perturb_images(classifier, IMAGES, labels, batch_size=16, norm=norm, **options)
    theirs = attack(usual, labels, batch_size=16, norm=norm, **options)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)
    assert (ours != IMAGES).any()


def test_the_attack_of_art_on_the_model_itself_is_the_same(classifier: Any, model: Any) -> None:
    theirs = attack(stock(model, entropy()), eps=0.2, eps_step=0.1)
    ours = perturb_images(classifier, IMAGES, LABELS, eps=0.2)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize("minimal", [False, True])
@pytest.mark.parametrize("labels", [LABELS, None], ids=["true", "predicted"])
def test_an_attack_never_takes_the_slow_methods(fast_only: Any, minimal: bool, labels: Any) -> None:
    adversarial = perturb_images(fast_only, IMAGES, labels, minimal=minimal)
    assert adversarial.shape == IMAGES.shape


def test_batches_of_any_size_are_compiled_once(classifier: Any) -> None:
    for n in (1, 5, 32):
        classifier.loss_gradient(IMAGES[:n], LABELS[:n])
        classifier.predict(IMAGES[:n])
    assert classifier._gradient.experimental_get_tracing_count() == 1
    assert classifier._forward.experimental_get_tracing_count() == 1


def test_dropout_is_off_unless_asked_for(classifier: Any) -> None:
    calm = [classifier.loss_gradient(IMAGES, LABELS) for _ in range(2)]
    np.testing.assert_array_equal(*calm)
    wild = [classifier.loss_gradient(IMAGES, LABELS, training_mode=True) for _ in range(2)]
    assert (wild[0] != wild[1]).any()


def test_predictions_with_dropout_are_art_s_own(classifier: Any) -> None:
    wild = [classifier.predict(IMAGES, training_mode=True) for _ in range(2)]
    assert wild[0].shape == (37, 3)
    assert (wild[0] != wild[1]).any()


def bare(model: Any, **options: Any) -> Any:
    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import CompiledClassifier

    return CompiledClassifier(
        model,
        entropy(from_logits=True),
        nb_classes=3,
        input_shape=SIZE,
        clip_values=(0, 1),
        **options,
    )


def test_what_is_done_before_the_model_is_not_passed_over(model: Any) -> None:
    with quiet_art():
        from art.defences.preprocessor import FeatureSqueezing

    defence = FeatureSqueezing(clip_values=(0, 1), bit_depth=1)
    loss, network = entropy(from_logits=True), linear(model)
    ours = bare(network, preprocessing_defences=defence)
    theirs = stock(network, loss, preprocessing_defences=defence)
    np.testing.assert_allclose(
        ours.predict(IMAGES), network.predict(IMAGES.round(), verbose=0), rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(
        ours.loss_gradient(IMAGES, LABELS),
        theirs.loss_gradient(IMAGES, LABELS),
        rtol=1e-5,
        atol=1e-8,
    )


def test_what_is_done_after_the_model_is_not_passed_over(model: Any) -> None:
    with quiet_art():
        from art.defences.postprocessor import Rounded

    output = bare(model, postprocessing_defences=Rounded(decimals=1)).predict(IMAGES)
    np.testing.assert_array_equal(output, model.predict(IMAGES, verbose=0).round(1))


def endings() -> dict[str, Callable[[], Sequence[Any]]]:
    from keras import layers

    return {
        "dense": lambda: [layers.Dense(3, activation="softmax")],
        "activation": lambda: [layers.Dense(3), layers.Activation("softmax")],
        "layer": lambda: [layers.Dense(3), layers.Softmax()],
    }


@pytest.mark.parametrize("ending", ["dense", "activation", "layer"])
@pytest.mark.parametrize("loss", ["categorical_crossentropy", SPARSE])
def test_every_kind_of_softmax_is_taken_off(ending: str, loss: str) -> None:
    model = stack(*below(), *endings()[ending](), loss=loss)
    classifier, twin = wrap(model), linear(model)
    np.testing.assert_allclose(
        classifier.predict(IMAGES), twin.predict(IMAGES, verbose=0), rtol=1e-5, atol=1e-6
    )
    theirs = stock(twin, entropy(from_logits=True)).loss_gradient(IMAGES, LABELS)
    ours = classifier.loss_gradient(IMAGES, LABELS)
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-8)


def test_the_model_itself_stays_as_it_is(model: Any, classifier: Any) -> None:
    np.testing.assert_allclose(model.predict(IMAGES, verbose=0).sum(axis=1), 1, rtol=1e-5)
    assert classifier.model is not model
    assert model.loss == "categorical_crossentropy"


def test_the_settings_of_a_loss_are_kept() -> None:
    wrapped = wrap(network(entropy(label_smoothing=0.25, reduction="sum"))).loss_object
    settings = wrapped.get_config()
    assert settings["label_smoothing"] == 0.25
    assert settings["reduction"] == "sum"
    assert settings["from_logits"] is True


def test_a_loss_that_is_a_function_is_known_too() -> None:
    import keras

    wrapped = wrap(network(keras.losses.categorical_crossentropy))
    assert wrapped.loss_object.get_config()["from_logits"] is True


def test_a_model_that_ends_in_logits_is_attacked_as_it_is() -> None:
    from keras import layers

    loss = entropy(from_logits=True)
    model = stack(*below(), layers.Dense(3), loss=loss)
    classifier = wrap(model)
    assert classifier.model is model
    assert classifier.loss_object is loss
    np.testing.assert_allclose(
        classifier.loss_gradient(IMAGES, LABELS),
        stock(model, loss).loss_gradient(IMAGES, LABELS),
        rtol=1e-5,
        atol=1e-8,
    )


def test_a_cross_entropy_without_a_softmax_is_taken_as_it_is() -> None:
    from keras import layers

    model = stack(*below(), layers.Dense(3, activation="sigmoid"))
    classifier = wrap(model)
    assert classifier.model is model
    assert classifier.loss_object.get_config()["from_logits"] is False
    np.testing.assert_allclose(
        classifier.loss_gradient(IMAGES, LABELS),
        stock(model, entropy()).loss_gradient(IMAGES, LABELS),
        rtol=1e-5,
        atol=1e-8,
    )


def test_another_loss_is_taken_as_it_is() -> None:
    import keras

    model = network("mean_squared_error")
    classifier = wrap(model)
    assert classifier.model is model
    np.testing.assert_allclose(
        classifier.loss_gradient(IMAGES, LABELS),
        stock(model, keras.losses.mean_squared_error).loss_gradient(IMAGES, LABELS),
        rtol=1e-5,
        atol=1e-8,
    )


def test_a_model_that_was_not_compiled_is_refused_by_name() -> None:
    import keras

    model = keras.Sequential([keras.Input(SIZE), keras.layers.Flatten()], name="raw")
    with pytest.raises(ParameterError, match="the model 'raw' was not compiled with a loss"):
        wrap(model)


def test_a_saturated_model_is_attacked_through_its_logits() -> None:
    import tensorflow as tf
    from keras import layers

    model = stack(layers.Flatten(), layers.Dense(3, activation="softmax"))
    kernel, _ = model.get_weights()
    # The first class leads by 40: its probability is one, to the last bit.
    model.set_weights([kernel / 10, np.array([40, 0, 0], np.float32)])
    labels = np.eye(3, dtype=np.float32)[np.zeros(37, int)]
    assert (model.predict(IMAGES, verbose=0)[:, 0] == 1).all()

    def forget_logits(images: Any, training: bool) -> Any:
        return tf.identity(model(images, training=training))

    flat = stock(forget_logits, entropy()).loss_gradient(IMAGES, labels)
    assert (flat == 0).all()
    classifier = wrap(model)
    gradient = classifier.loss_gradient(IMAGES, labels)
    assert (gradient != 0).any(axis=(1, 2, 3)).all()
    adversarial = perturb_images(classifier, IMAGES, labels, eps=0.1)
    assert np.abs(adversarial - IMAGES).max(axis=(1, 2, 3)) == pytest.approx(0.1, abs=1e-6)


def contract(**facts: Any) -> ModelContract:
    given = {
        "class_names": ("a", "b", "c"),
        "image_size": SIZE,
        "pixel_interval": (0.0, 1.0),
        "output": "probabilities",
        "outputs": 3,
        "loss": "categorical_crossentropy",
    }
    return ModelContract(**{**given, **facts})


def test_clip_values_are_the_pixel_interval_of_the_contract(model: Any) -> None:
    classifier = wrap(model, contract(pixel_interval=(-1.0, 255.0)))
    np.testing.assert_array_equal(classifier.clip_values, [-1, 255])


def test_nothing_is_read_from_a_rescaling() -> None:
    from keras import layers

    model = stack(layers.Rescaling(1 / 255), *below(), layers.Dense(3, activation="softmax"))
    np.testing.assert_array_equal(wrap(model).clip_values, [0, 1])


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (0, 255)])
def test_pixels_of_an_interval_that_nobody_stated_are_refused(
    classifier: Any, low: float, high: float
) -> None:
    images = low + (high - low) * IMAGES
    for method in (classifier.predict, classifier.class_gradient):
        with pytest.raises(ContractError, match="are taken to go from 0 to 1, as nobody has"):
            method(images)
    with pytest.raises(ContractError, match=r"pixels go from .* give its contract"):
        classifier.loss_gradient(images, LABELS)


def test_images_of_another_size_are_refused_before_anything_compiled_is_called(
    classifier: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_forward", "_gradient", "_all_gradients"):
        monkeypatch.setattr(classifier, name, refuse)
    message = r"takes images of 8 x 8 x 1 \(height x width x channels\), not of 8 x 6 x 1"
    for method in (classifier.predict, classifier.class_gradient):
        with pytest.raises(ContractError, match=message):
            method(IMAGES[:, :, :6])
    with pytest.raises(ContractError, match=message):
        classifier.loss_gradient(IMAGES[:, :, :6], LABELS)


def test_pixels_that_are_no_numbers_are_refused_by_model_and_image(classifier: Any) -> None:
    images = IMAGES.copy()
    images[5] = np.nan
    message = "the input of the model .* for 1 of 37 images, first for image 5"
    for method in (classifier.predict, classifier.class_gradient):
        with pytest.raises(NonFiniteError, match=message):
            method(images)
    with pytest.raises(NonFiniteError, match=message):
        classifier.loss_gradient(images, LABELS)


@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_outputs_and_gradients_that_are_no_numbers_are_refused(weight: float) -> None:
    from keras import layers

    model = stack(layers.Flatten(), layers.Dense(3, activation="softmax"))
    model.set_weights([np.full((64, 3), weight, np.float32), np.zeros(3, np.float32)])
    classifier = wrap(model)
    with pytest.raises(NonFiniteError, match="the output of the model"):
        classifier.predict(IMAGES)
    with pytest.raises(NonFiniteError, match="the gradient of the model"):
        classifier.loss_gradient(IMAGES, LABELS)
    with pytest.raises(NonFiniteError, match="the gradient of the model"):
        classifier.class_gradient(IMAGES, 1)


def test_a_single_sigmoid_is_two_logits() -> None:
    from keras import layers

    model = stack(*below(), layers.Dense(1, activation="sigmoid"), loss="binary_crossentropy")
    classifier = wrap(model)
    output = classifier.predict(IMAGES)
    assert classifier.nb_classes == 2
    assert (output[:, 0] == 0).all()
    np.testing.assert_allclose(
        1 / (1 + np.exp(-output[:, 1])), model.predict(IMAGES, verbose=0)[:, 0], rtol=1e-5
    )


def test_a_single_logit_is_two_logits_too() -> None:
    import keras
    from keras import layers

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model = stack(*below(), layers.Dense(1), loss=loss)
    output = wrap(model).predict(IMAGES)
    np.testing.assert_allclose(output[:, 1:], model.predict(IMAGES, verbose=0), rtol=1e-5)


def test_a_single_output_of_another_loss_is_refused() -> None:
    from keras import layers

    model = stack(*below(), layers.Dense(1), loss="mse")
    with pytest.raises(ContractError, match="has one output, and its loss is not binary_cross"):
        wrap(model)


def test_several_outputs_are_refused() -> None:
    import keras
    from keras import layers

    image = keras.Input(SIZE)
    model = keras.Model(image, [layers.Flatten()(image), layers.Flatten()(image)])
    model.compile("adam", ["mse", "mse"])
    with pytest.raises(ContractError, match="has 1 inputs and 2 outputs"):
        wrap(model)


def test_an_input_of_whole_numbers_is_refused() -> None:
    import keras
    from keras import layers

    image = keras.Input(SIZE, dtype="uint8")
    scores = layers.Dense(3)(layers.Flatten()(layers.Rescaling(1 / 255)(image)))
    model = keras.Model(image, scores)
    model.compile("adam", entropy(from_logits=True))
    with pytest.raises(ContractError, match="takes uint8, and has no gradient"):
        wrap(model)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"image_size": (8, 8, 3)}, r"takes an input of \[8, 8, 1\], but its contract says"),
        ({"output": "logits"}, "says that it gives logits, but it ends in a softmax"),
        ({"class_names": ("a", "b"), "outputs": 2}, "gives 3 numbers .* its contract says 2"),
    ],
)
def test_a_model_that_is_not_what_its_contract_says_is_refused(
    model: Any, facts: dict[str, Any], message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        wrap(model, contract(**facts))


def test_an_input_without_a_fixed_size_takes_that_of_the_contract() -> None:
    import keras
    from keras import layers

    image = keras.Input((None, None, 1))
    scores = layers.Dense(3)(layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3)(image)))
    model = keras.Model(image, layers.Softmax()(scores))
    model.compile("adam", "categorical_crossentropy")
    with pytest.raises(ContractError, match="is no fixed height, width and number of channels"):
        wrap(model)
    assert wrap(model, contract()).input_shape == SIZE


def test_the_contract_goes_with_a_classifier_that_is_made_like_another(model: Any) -> None:
    classifier = wrap(model, contract())
    assert type(classifier)(**classifier.get_params()).contract == contract()


def test_a_functional_model_is_wrapped_like_a_sequential_one(model: Any, classifier: Any) -> None:
    import keras
    from keras import layers

    outputs = inputs = keras.Input(SIZE)
    for layer in [*below(), layers.Dense(3, activation="softmax")]:
        outputs = layer(outputs)
    functional = keras.Model(inputs, outputs)
    functional.set_weights(model.get_weights())
    functional.compile("adam", "categorical_crossentropy")
    np.testing.assert_allclose(
        wrap(functional).loss_gradient(IMAGES, LABELS),
        classifier.loss_gradient(IMAGES, LABELS),
        rtol=1e-5,
        atol=1e-8,
    )


def test_rgb_images_are_wrapped_too() -> None:
    from keras import layers

    model = stack(*below(), layers.Dense(3, activation="softmax"), size=(8, 8, 3))
    classifier = wrap(model)
    images = RNG.random((3, 8, 8, 3), np.float32)
    assert classifier.loss_gradient(images, LABELS[:3]).shape == (3, 8, 8, 3)


def test_only_a_classifier_that_can_draw_nothing_is_stateless(
    classifier: Any, always_dropout: Any
) -> None:
    from keras import Sequential, layers

    with quiet_art():
        from art.defences.postprocessor import Rounded
        from art.defences.preprocessor import GaussianAugmentation

    plain = stack(layers.Flatten(), layers.BatchNormalization(), layers.Dense(3))
    assert bare(plain).is_stateless
    assert classifier.is_stateless, "its dropout draws in training alone"
    within = Sequential([Sequential([layers.Dropout(0.5)])])
    assert bare(stack(within, layers.Flatten(), layers.Dense(3))).is_stateless
    restless = [always_dropout(0.5), layers.RandomFlip(), Sequential([layers.RandomFlip()])]
    for layer in restless:
        assert not bare(stack(layer, layers.Flatten(), layers.Dense(3))).is_stateless
    noise = GaussianAugmentation(augmentation=False, apply_predict=True)
    assert not bare(plain, preprocessing_defences=noise).is_stateless
    assert not bare(plain, postprocessing_defences=Rounded(decimals=1)).is_stateless
