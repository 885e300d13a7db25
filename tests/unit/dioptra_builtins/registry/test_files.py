from pathlib import Path
from typing import Any

import keras
import mlflow
import numpy as np
import pytest
from mlflow.tracking import fluent

from dioptra.contracts import ModelContract
from dioptra.sdk.exceptions import (
    ModelFileError,
    ModelNotFoundError,
    NonFiniteError,
    UntrustedModelError,
)
from dioptra_builtins.registry.contracts import get_model_contract
from dioptra_builtins.registry.files import read_keras_model
from dioptra_builtins.registry.mlflow import (
    add_model_to_registry,
    load_tensorflow_keras_classifier,
    trust_model,
)
from dioptra_builtins.tracking.mlflow import log_tensorflow_keras_estimator, start_run

pytestmark = pytest.mark.usefixtures("tensorflow")


@pytest.fixture
def store(store_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow's store of this module, in which nobody has chosen an experiment."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store_uri)
    monkeypatch.setattr(fluent, "_active_experiment_id", None)


IMAGES = np.random.default_rng(0).random((3, 4, 4, 1), dtype=np.float32)


def build(*middle: Any, loss: Any = "categorical_crossentropy") -> Any:
    """A functional model that scales inside and gives logits, as a stranger's may."""
    given = keras.Input((4, 4, 1))
    inner = keras.layers.Rescaling(2.0, -1.0)(given)
    for layer in middle:
        inner = layer(inner)
    out = keras.layers.Dense(2)(keras.layers.Flatten()(inner))
    model = keras.Model(given, out)
    model.compile(loss=loss)
    return model


def make_lambda() -> Any:
    return build(keras.layers.Lambda(lambda x: x * 3.0))


def register(model: Any, contract: ModelContract | None = None) -> Any:
    with start_run("models", "import") as run:
        log_tensorflow_keras_estimator(model, "model", contract)
        return add_model_to_registry(run, "net", "model")


@pytest.mark.parametrize("name", ["net.keras", "net.h5", "net.hdf5"])
def test_a_file_gives_the_model_that_was_saved(tmp_path: Path, name: str) -> None:
    model = build()
    path = tmp_path / name
    model.save(path)
    read = read_keras_model(str(path))
    np.testing.assert_array_equal(read.predict(IMAGES), model.predict(IMAGES))
    assert keras.losses.get(read.loss) is keras.losses.categorical_crossentropy


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("kind", ["models", "runs"])
def test_a_model_of_mlflow_is_read_by_its_uri(kind: str) -> None:
    model = build()
    version = register(model)
    uri = f"models:/net/{version.version}"
    if kind == "runs":
        uri = f"runs:/{version.run_id}/model"
    np.testing.assert_array_equal(read_keras_model(uri).predict(IMAGES), model.predict(IMAGES))


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_code_in_a_file_does_not_run_unless_it_is_trusted(tmp_path: Path, suffix: str) -> None:
    model = make_lambda()
    path = str(tmp_path / f"net{suffix}")
    model.save(path)
    with pytest.raises(UntrustedModelError, match=r"net.* holds a function .* --trust"):
        read_keras_model(path)
    trusted = read_keras_model(path, trust=True)
    np.testing.assert_array_equal(trusted.predict(IMAGES), model.predict(IMAGES))


@pytest.mark.usefixtures("store")
def test_a_registered_model_with_code_is_loaded_where_its_version_is_trusted() -> None:
    model = make_lambda()
    version = register(model).version
    with pytest.raises(UntrustedModelError, match="the registered model 'net' holds a function"):
        load_tensorflow_keras_classifier("net", version)
    trust_model("net", version)
    loaded = load_tensorflow_keras_classifier("net", version)
    np.testing.assert_array_equal(loaded.predict(IMAGES), model.predict(IMAGES))


@pytest.mark.usefixtures("store")
def test_pickled_objects_of_mlflow_are_not_unpickled(tmp_path: Path) -> None:
    class Fatal:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "ran",))

    with start_run("models", "pickled") as run:
        mlflow.tensorflow.log_model(
            build(), name="model", custom_objects={"x": Fatal()}, pip_requirements=[]
        )
    with pytest.raises(UntrustedModelError, match="holds pickled objects"):
        read_keras_model(f"runs:/{run.info.run_id}/model")
    assert not (tmp_path / "ran").exists()


def test_a_loss_of_its_makers_own_is_left_out(tmp_path: Path) -> None:
    def own(y_true: Any, y_pred: Any) -> Any:
        return keras.ops.mean(y_true - y_pred)

    build(loss=own).save(tmp_path / "net.keras")
    assert not read_keras_model(str(tmp_path / "net.keras")).compiled


def test_a_layer_of_its_makers_own_is_named(tmp_path: Path) -> None:
    class Strange(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return x

    build(Strange()).save(tmp_path / "net.keras")
    with pytest.raises(ModelFileError, match=r"needs class 'Strange', which is none of"):
        read_keras_model(str(tmp_path / "net.keras"))


@pytest.mark.parametrize("name", ["net.keras", "net.h5"])
@pytest.mark.parametrize("content", [b"", b"no model", None])
def test_a_damaged_file_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is None:
        build().save(path)
        content = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=rf"{name}' cannot be read as a Keras model"):
        read_keras_model(str(path))


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    model = build()
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])
    model.save(tmp_path / "net.keras")
    with pytest.raises(NonFiniteError):
        read_keras_model(str(tmp_path / "net.keras"))


def test_what_is_no_file_of_keras_is_refused(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").touch()
    for name, message in {
        "net.onnx": "does not end in",
        "nowhere.keras": "no such file",
        ".": "is a folder; Keras 3 reads",
    }.items():
        with pytest.raises(ModelFileError, match=message):
            read_keras_model(str(tmp_path / name))


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("uri", ["models:/nowhere/1", "runs:/0123456789abcdef/model"])
def test_a_uri_that_leads_nowhere_is_named(uri: str) -> None:
    with pytest.raises(ModelNotFoundError, match=f"MLflow has no model '{uri}'"):
        read_keras_model(uri)


@pytest.mark.usefixtures("store")
def test_an_imported_model_has_its_contract() -> None:
    contract = ModelContract(
        class_names=("a", "b"),
        image_size=(4, 4, 1),
        pixel_interval=(0.0, 1.0),
        output="logits",
        outputs=2,
        loss="categorical_crossentropy",
    )
    register(build(), contract)
    assert get_model_contract("net", "latest") == contract
