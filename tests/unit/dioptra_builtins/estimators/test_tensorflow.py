import io
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dioptra.sdk.exceptions import ContractError, DatasetError, NonFiniteError
from dioptra_builtins.data.tensorflow import create_image_dataset
from dioptra_builtins.estimators.keras_classifiers import init_classifier
from dioptra_builtins.estimators.tensorflow import (
    evaluate,
    fit,
    hash_weights,
    predict,
    predict_classes,
)

pytestmark = pytest.mark.usefixtures("tensorflow")
SIZE = (8, 8, 1)
RNG = np.random.default_rng(0)
IMAGES = RNG.random((23, *SIZE), np.float32)
LABELS = np.eye(3, dtype=np.float32)[RNG.integers(0, 3, 23)]


@pytest.fixture
def model() -> Any:
    import keras

    keras.utils.set_random_seed(1)
    return init_classifier("shallow_net", "adam", ["accuracy", "mae"], SIZE, 3)


@pytest.fixture
def twin(model: Any) -> Any:
    import keras

    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    copy.compile("adam", "categorical_crossentropy", metrics=["accuracy", "mae"])
    return copy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, write_images: Callable[..., Path]) -> Path:
    rng = np.random.default_rng(2)
    names = [f"{name}/{number}.png" for name in "abc" for number in range(7)]
    images = {name: rng.integers(0, 256, (8, 8), np.uint8) for name in names}
    return write_images(tmp_path_factory.mktemp("images"), images)


def read(folder: Path, subset: Any = None, **options: Any) -> Any:
    split = None if subset is None else 0.3
    return create_image_dataset(folder, subset, SIZE, 0, validation_split=split, **options)


def damage(path: str) -> None:
    content = bytearray(Path(path).read_bytes())
    content[content.index(b"IDAT") + 10] ^= 0xFF
    Path(path).write_bytes(content)


def seed() -> None:
    import keras

    keras.utils.set_random_seed(5)


def record(asked: list[dict[str, Any]]) -> Any:
    def note(**options: Any) -> Any:
        asked.append(options)
        return SimpleNamespace(history={}, params={})

    return SimpleNamespace(fit=note, weights=())


def test_training_gives_the_weights_and_the_history_that_keras_gives(model: Any, twin: Any) -> None:
    seed()
    expected = twin.fit(IMAGES, LABELS, epochs=3, batch_size=5, verbose=0)
    seed()
    history = fit(model, IMAGES, LABELS, {"epochs": 3, "batch_size": 5})
    assert history.history == expected.history
    assert len(history.history["loss"]) == 3
    assert set(history.history) == {"loss", "accuracy", "mae"}
    for ours, theirs in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_training_changes_the_model_in_place_and_lowers_its_loss(model: Any) -> None:
    before = evaluate(model, IMAGES, LABELS)["loss"]
    fit(model, IMAGES, LABELS, {"epochs": 5})
    assert evaluate(model, IMAGES, LABELS)["loss"] < before


def test_one_epoch_is_trained_unless_told(model: Any) -> None:
    assert len(fit(model, IMAGES, LABELS).history["loss"]) == 1


def test_a_data_set_is_trained_on_without_labels_of_its_own(model: Any, folder: Path) -> None:
    training, validation = read(folder, "training"), read(folder, "validation")
    history = fit(model, training, fit_kwargs={"epochs": 2, "validation_data": validation})
    assert set(history.history) == {
        *("loss", "accuracy", "mae"),
        *("val_loss", "val_accuracy", "val_mae"),
    }


def test_arrays_may_validate(model: Any) -> None:
    history = fit(model, IMAGES, LABELS, {"validation_data": (IMAGES[:5], LABELS[:5])})
    assert "val_loss" in history.history


def test_a_training_that_diverges_is_an_error(model: Any) -> None:
    model.optimizer.learning_rate = np.inf
    with pytest.raises(NonFiniteError, match="its training has diverged; train it anew"):
        fit(model, IMAGES, LABELS)


def test_a_loss_that_is_no_number_is_an_error_though_weights_are_those_of_a_better_epoch() -> None:
    keep = SimpleNamespace(history={"loss": [0.5, np.nan]}, params={})
    stub: Any = SimpleNamespace(fit=lambda **_options: keep, weights=(), name="net")
    with pytest.raises(NonFiniteError, match="the loss of the model 'net' is not finite"):
        fit(stub, IMAGES, LABELS)


def test_images_of_another_size_are_refused_before_they_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    other = keras.Sequential([keras.Input((4, 8, 1)), keras.layers.Flatten()], name="other")
    for method in ("fit", "predict", "evaluate", "predict_on_batch"):
        monkeypatch.setattr(other, method, None)
    message = r"'other' takes images of 4 x 8 x 1 .*, not of 8 x 8 x 1"
    for task in (fit, predict, evaluate):
        for given in (IMAGES, read(folder)):
            with pytest.raises(ContractError, match=message):
                task(other, given)


def test_the_first_image_whose_output_is_no_number_is_named(model: Any, folder: Path) -> None:
    *others, bias = model.get_weights()
    model.set_weights([*others, bias * np.nan])
    with pytest.raises(NonFiniteError, match=r"the output of the model .* '[^']*/a/0\.png'"):
        predict(model, read(folder))
    with pytest.raises(NonFiniteError, match="has the loss nan"):
        evaluate(model, IMAGES, LABELS)


def test_pixels_that_are_no_numbers_are_refused(model: Any) -> None:
    images = IMAGES.copy()
    images[3] = np.nan
    with pytest.raises(NonFiniteError, match=r"the input of the model .* first for image 3"):
        predict(model, images)


def test_the_class_of_an_image_is_that_of_the_largest_output(model: Any) -> None:
    expected = model.predict(IMAGES, verbose=0).argmax(axis=1)
    np.testing.assert_array_equal(predict_classes(model, IMAGES), expected)


@pytest.mark.parametrize(("output", "last"), [("probabilities", "sigmoid"), ("logits", "linear")])
def test_a_single_output_stands_for_the_second_of_two_classes(output: Any, last: str) -> None:
    import keras

    layers = [keras.layers.Flatten(), keras.layers.Dense(1, activation=last)]
    single = keras.Sequential([keras.Input(SIZE), *layers])
    single.set_weights([np.full((64, 1), 1.0, np.float32), np.array([-32], np.float32)])
    np.testing.assert_array_equal(
        predict_classes(single, IMAGES, output), IMAGES.mean(axis=(1, 2, 3)) >= 0.5
    )


def test_a_defence_around_a_classifier_of_art_is_counted(folder: Path) -> None:
    def defend(images: Any) -> Any:
        return np.eye(3)[np.full(len(images), 2)]

    classifier: Any = SimpleNamespace(predict=defend)
    assert set(predict_classes(classifier, read(folder))) == {2}
    assert set(predict_classes(classifier, IMAGES)) == {2}


def test_the_history_holds_the_seconds_that_training_took(model: Any) -> None:
    assert fit(model, IMAGES, LABELS).params["seconds"] > 0


def test_the_time_that_each_task_took_is_logged(
    model: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "dioptra_builtins.estimators.tensorflow"):
        fit(model, IMAGES, LABELS)
        predict(model, IMAGES)
        evaluate(model, IMAGES, LABELS)
    tasks = [message.split(" took ")[0] for message in caplog.messages]
    assert tasks == ["training", "prediction", "evaluation"]
    assert all(message.endswith(" s") for message in caplog.messages)


def test_nothing_is_printed_where_there_is_no_terminal(
    model: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    fit(model, IMAGES, LABELS)
    predict(model, IMAGES)
    evaluate(model, IMAGES, LABELS)
    assert capfd.readouterr() == ("", "")


def test_keras_writes_its_own_progress_where_it_is_asked_to(
    model: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    fit(model, IMAGES, LABELS, {"verbose": 2, "epochs": 2})
    predict(model, IMAGES, {"verbose": 2})
    evaluate(model, IMAGES, LABELS, evaluate_kwargs={"verbose": 2})
    assert "Epoch 2/2" in capfd.readouterr().out


def test_progress_is_shown_for_each_epoch(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import tqdm

    bars: list[Any] = []
    real, stream = tqdm.tqdm, io.StringIO()

    def make(**options: Any) -> Any:
        bars.append(real(**{**options, "disable": False, "delay": 0, "file": stream}))
        return bars[-1]

    monkeypatch.setattr(tqdm, "tqdm", make)
    fit(model, IMAGES, LABELS, {"epochs": 3})
    (bar,) = bars
    assert (bar.n, bar.total, bar.unit) == (3, 3, "epoch")
    assert "training" in stream.getvalue()
    assert "loss=" in stream.getvalue()


def test_the_callbacks_of_the_caller_are_called_too(model: Any) -> None:
    import keras

    ended: list[int] = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: ended.append(epoch))
    callbacks = [callback]
    fit(model, IMAGES, LABELS, {"epochs": 2, "callbacks": callbacks})
    assert ended == [0, 1]
    assert callbacks == [callback]


def test_the_options_of_the_caller_stay_as_they_are(model: Any) -> None:
    options = {"epochs": 1}
    fit(model, IMAGES, LABELS, options)
    assert options == {"epochs": 1}


def test_keras_is_not_told_to_shuffle_a_data_set_that_does_so_itself() -> None:
    asked: list[dict[str, Any]] = []
    fit(record(asked), SimpleNamespace(file_paths=()))
    assert asked[0]["shuffle"] is False


def test_a_caller_may_ask_to_shuffle() -> None:
    asked: list[dict[str, Any]] = []
    fit(record(asked), SimpleNamespace(file_paths=()), fit_kwargs={"shuffle": True})
    assert asked[0]["shuffle"] is True


def test_the_shuffling_of_arrays_is_left_to_keras() -> None:
    asked: list[dict[str, Any]] = []
    fit(record(asked), IMAGES, LABELS)
    assert "shuffle" not in asked[0]
    assert asked[0]["verbose"] == 0


def test_a_prediction_is_that_of_keras_in_the_order_of_the_images(model: Any) -> None:
    output = predict(model, IMAGES)
    assert (output.shape, output.dtype) == ((23, 3), np.float32)
    np.testing.assert_array_equal(output, model.predict(IMAGES, verbose=0))
    np.testing.assert_allclose(output[::-1], predict(model, IMAGES[::-1]), rtol=1e-6)


def test_a_prediction_passes_on_its_options(model: Any) -> None:
    output = predict(model, IMAGES, {"batch_size": 4, "steps": 2})
    np.testing.assert_allclose(output, predict(model, IMAGES)[:8], rtol=1e-6)


def test_a_data_set_is_predicted_in_the_order_of_its_files(model: Any, folder: Path) -> None:
    dataset = read(folder, batch_size=4)
    images = np.concatenate([images for images, _ in dataset.as_numpy_iterator()])
    np.testing.assert_allclose(predict(model, dataset), predict(model, images), rtol=1e-6)
    np.testing.assert_allclose(
        predict(model, dataset.map(lambda images, _: images)), predict(model, images), rtol=1e-6
    )


def test_batches_side_by_side_give_what_keras_gives_one_after_the_other(
    model: Any, folder: Path
) -> None:
    dataset = read(folder, batch_size=2)
    np.testing.assert_array_equal(predict(model, dataset), model.predict(dataset, verbose=0))


def test_a_model_that_draws_numbers_predicts_one_batch_after_the_other(
    folder: Path, always_dropout: Any
) -> None:
    import keras
    from keras import layers

    dataset, outputs = read(folder, batch_size=2), []
    for predicting in (predict, lambda model, x: model.predict(x, verbose=0)):
        keras.utils.set_random_seed(1)
        dense = layers.Dense(3, activation="softmax")
        model = keras.Sequential([keras.Input(SIZE), layers.Flatten(), always_dropout(0.5), dense])
        outputs.append(predicting(model, dataset))
    np.testing.assert_array_equal(*outputs)


def test_an_evaluation_is_that_of_keras(model: Any) -> None:
    results = evaluate(model, IMAGES, LABELS)
    assert results == model.evaluate(IMAGES, LABELS, verbose=0, return_dict=True)
    assert set(results) == {"loss", "accuracy", "mae"}
    assert {type(value) for value in results.values()} == {float}


def test_an_evaluation_is_what_numpy_computes(model: Any) -> None:
    output = predict(model, IMAGES).astype(np.float64)
    results = evaluate(model, IMAGES, LABELS)
    right = output.argmax(axis=1) == LABELS.argmax(axis=1)
    assert results["accuracy"] == pytest.approx(right.mean())
    assert results["loss"] == pytest.approx(-np.log(output[LABELS == 1]).mean(), rel=1e-5)


def test_an_evaluation_always_names_its_results(model: Any) -> None:
    results = evaluate(model, IMAGES, LABELS, {"return_dict": False, "batch_size": 10})
    assert set(results) == {"loss", "accuracy", "mae"}


def test_a_data_set_is_evaluated_like_its_arrays(model: Any, folder: Path) -> None:
    dataset = read(folder)
    images, labels = next(dataset.as_numpy_iterator())
    assert evaluate(model, dataset) == pytest.approx(evaluate(model, images, labels), rel=1e-6)


@pytest.mark.parametrize("task", [fit, predict, evaluate])
def test_an_image_that_cannot_be_decoded_is_named(
    model: Any, tmp_path: Path, write_images: Callable[..., Path], task: Callable[..., Any]
) -> None:
    pixels = RNG.integers(0, 256, (8, 8), np.uint8)
    names = [f"{name}/{number}.png" for name in "abc" for number in range(2)]
    dataset = read(write_images(tmp_path / "images", dict.fromkeys(names, pixels)))
    damage(dataset.file_paths[3])
    with pytest.raises(DatasetError) as caught:
        task(model, dataset)
    assert f"the image {dataset.file_paths[3]!r} is damaged" in str(caught.value)


def test_a_validation_image_that_cannot_be_decoded_is_named(
    model: Any, tmp_path: Path, write_images: Callable[..., Path]
) -> None:
    pixels = RNG.integers(0, 256, (8, 8), np.uint8)
    images = {f"{name}/1.png": pixels for name in "abc"}
    dataset = read(write_images(tmp_path / "images", images))
    damage(dataset.file_paths[0])
    with pytest.raises(DatasetError) as caught:
        fit(model, IMAGES, LABELS, {"validation_data": dataset})
    assert repr(dataset.file_paths[0]) in str(caught.value)


@pytest.mark.parametrize("task", [fit, evaluate])
def test_images_and_labels_of_different_numbers_are_refused(
    model: Any, task: Callable[..., Any]
) -> None:
    with pytest.raises(ValueError, match="cardinality"):
        task(model, IMAGES, LABELS[:5])


def test_a_model_that_is_not_compiled_cannot_be_trained() -> None:
    import keras

    with pytest.raises(ValueError, match="compile"):
        fit(keras.Sequential([keras.layers.Flatten()]), IMAGES, LABELS)


def test_a_task_that_fails_logs_no_time(model: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(ValueError, match="cardinality"):
        evaluate(model, IMAGES, LABELS[:5])
    assert not [message for message in caplog.messages if "took" in message]


def test_equal_weights_have_an_equal_hash_and_others_another(model: Any, twin: Any) -> None:
    assert hash_weights(model) == hash_weights(twin)
    arrays = twin.get_weights()
    arrays[0].flat[0] = np.nextafter(arrays[0].flat[0], np.float32(1))
    twin.set_weights(arrays)
    assert hash_weights(model) != hash_weights(twin)
