from types import SimpleNamespace
from typing import Any

import mlflow
import numpy as np
import pytest
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INTERNAL_ERROR
from mlflow.tracking import MlflowClient

from dioptra.sdk.exceptions import (
    ContractError,
    ModelNotFoundError,
    NonFiniteError,
    ParameterError,
)
from dioptra_builtins.registry.mlflow import (
    add_model_to_registry,
    check_model_name,
    get_experiment_name,
    load_tensorflow_keras_classifier,
)
from dioptra_builtins.tracking.mlflow import log_tensorflow_keras_estimator

pytestmark = pytest.mark.usefixtures("store")
IMAGES = np.random.default_rng(0).random((5, 8, 8, 1), np.float32)


@pytest.fixture
def run(store: object, run_id: str) -> Any:  # noqa: ARG001 - the store of the run
    return MlflowClient().get_run(run_id)


def fail(*_args: object) -> None:
    raise MlflowException("the store is down", error_code=INTERNAL_ERROR)


@pytest.mark.parametrize(
    ("version", "name"),
    [(1, "first"), ("1", "first"), (2, "second"), ("latest", "second"), ("champion", "first")],
)
@pytest.mark.usefixtures("run")
def test_a_model_is_loaded_by_its_version_or_an_alias(
    networks: dict[str, Any], version: int | str, name: str
) -> None:
    loaded = load_tensorflow_keras_classifier("net", version)
    assert loaded.name == name
    for ours, theirs in zip(loaded.get_weights(), networks[name].get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.usefixtures("run")
def test_a_loaded_model_predicts_what_the_logged_one_did(networks: dict[str, Any]) -> None:
    loaded = load_tensorflow_keras_classifier("net", 2)
    np.testing.assert_array_equal(
        loaded.predict(IMAGES, verbose=0), networks["second"].predict(IMAGES, verbose=0)
    )


@pytest.mark.usefixtures("run")
def test_a_loaded_model_is_compiled_as_the_logged_one_was() -> None:
    loaded = load_tensorflow_keras_classifier("net", 1)
    assert loaded.loss == "categorical_crossentropy"
    results = loaded.evaluate(IMAGES, np.eye(3)[[0, 1, 2, 0, 1]], verbose=0, return_dict=True)
    assert set(results) == {"loss", "accuracy"}


@pytest.mark.usefixtures("run")
def test_a_model_that_was_not_compiled_is_loaded_too() -> None:
    assert not load_tensorflow_keras_classifier("raw", 1).compiled


def test_a_version_is_registered_with_its_model_and_its_run(run: Any) -> None:
    version = add_model_to_registry(run, "once", "second")
    assert version is not None
    assert (version.name, int(version.version), version.run_id) == ("once", 1, run.info.run_id)
    assert load_tensorflow_keras_classifier("once", 1).name == "second"


def test_registering_again_makes_the_next_version(run: Any) -> None:
    versions = [add_model_to_registry(run, "growing", "first") for _ in range(3)]
    assert [int(found.version) for found in versions if found] == [1, 2, 3]
    assert load_tensorflow_keras_classifier("growing", "latest").name == "first"


def test_latest_is_the_largest_number_and_not_the_last_in_the_alphabet(run: Any) -> None:
    for _ in range(9):
        add_model_to_registry(run, "ten", "first")
    add_model_to_registry(run, "ten", "second")
    assert load_tensorflow_keras_classifier("ten", "latest").name == "second"


def test_of_two_models_of_one_name_the_newer_is_registered(
    networks: dict[str, Any], run: Any
) -> None:
    with mlflow.start_run(experiment_id=run.info.experiment_id) as twice:
        log_tensorflow_keras_estimator(networks["second"], "same")
        log_tensorflow_keras_estimator(networks["first"], "same")
        add_model_to_registry(twice, "twice", "same")
    assert load_tensorflow_keras_classifier("twice", 1).name == "first"


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_a_blank_name_registers_nothing(run: Any, name: str) -> None:
    before = len(MlflowClient().search_registered_models())
    assert add_model_to_registry(run, name, "first") is None
    assert add_model_to_registry(run, name, "no such model") is None
    assert len(MlflowClient().search_registered_models()) == before


def test_a_model_that_the_run_has_not_logged_is_not_registered(run: Any) -> None:
    message = f"run {run.info.run_id} has logged no model named 'third'"
    with pytest.raises(ModelNotFoundError, match=message):
        add_model_to_registry(run, "never", "third")
    names = [model.name for model in MlflowClient().search_registered_models()]
    assert "never" not in names


def test_a_model_of_another_run_is_not_registered(run: Any) -> None:
    with mlflow.start_run(experiment_id=run.info.experiment_id) as other:
        pass
    with pytest.raises(ModelNotFoundError, match="has logged no model named 'first'"):
        add_model_to_registry(other, "never", "first")


def test_an_error_of_the_store_is_not_taken_for_a_name_that_exists(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MlflowClient, "create_registered_model", fail)
    with pytest.raises(MlflowException, match="the store is down"):
        add_model_to_registry(run, "net", "first")


def test_registering_says_nothing(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    add_model_to_registry(run, "quiet", "first")
    assert capfd.readouterr() == ("", "")


def test_the_experiment_of_a_run_is_named(run: Any) -> None:
    assert get_experiment_name(run) == "networks"


def test_the_experiment_of_an_active_run_is_named() -> None:
    with mlflow.start_run(experiment_id=mlflow.create_experiment("active")) as run:
        assert get_experiment_name(run) == "active"


@pytest.mark.usefixtures("run")
def test_an_unknown_model_is_refused_with_those_known() -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        load_tensorflow_keras_classifier("nett", 1)
    assert str(caught.value).startswith("no registered model named 'nett'; known: ")
    known = str(caught.value).split("known: ")[1].split(", ")
    assert {"empty", "net", "raw"} <= set(known)


def test_where_no_model_is_registered_the_error_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MlflowClient, "search_registered_models", lambda _: [])
    with pytest.raises(ModelNotFoundError) as caught:
        load_tensorflow_keras_classifier("nothing", 1)
    assert str(caught.value).endswith("known: none, so train one first")


@pytest.mark.parametrize("version", [3, 0, -1, "3", "challenger", ""])
@pytest.mark.usefixtures("run")
def test_an_unknown_version_or_alias_is_refused_with_the_versions_known(
    version: int | str,
) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        load_tensorflow_keras_classifier("net", version)
    message = f"the registered model 'net' has no version or alias '{version}'; versions: 1, 2"
    assert str(caught.value) == message


@pytest.mark.parametrize("version", [1, "latest"])
@pytest.mark.usefixtures("run")
def test_a_model_without_versions_is_refused(version: int | str) -> None:
    with pytest.raises(ModelNotFoundError, match="versions: none"):
        load_tensorflow_keras_classifier("empty", version)


@pytest.mark.usefixtures("run")
def test_versions_are_listed_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = [SimpleNamespace(name="net", version=number) for number in (2, 10, 9)]
    monkeypatch.setattr(MlflowClient, "search_model_versions", lambda *_: versions)
    with pytest.raises(ModelNotFoundError, match=r"versions: 2, 9, 10$"):
        load_tensorflow_keras_classifier("net", 3)


@pytest.mark.parametrize("name", ["it's", 'a "quoted" one', """it's "both" of them""", "plain"])
def test_a_name_with_quotes_is_found(run: Any, name: str) -> None:
    add_model_to_registry(run, name, "first")
    assert load_tensorflow_keras_classifier(name, "latest").name == "first"


@pytest.mark.parametrize("name", ["a/b", "a:b", "a\n:"])
def test_a_name_that_mlflow_will_refuse_is_refused_before(name: str) -> None:
    with pytest.raises(ParameterError, match="a model cannot be registered as "):
        check_model_name(name)


def test_a_name_that_mlflow_takes_passes() -> None:
    for name in ("le_net", "it's", " "):
        check_model_name(name)


def register(experiment: str, name: str, log_model: Any) -> None:
    with mlflow.start_run(experiment_id=mlflow.create_experiment(experiment)):
        log_model(name)


@pytest.mark.usefixtures("run")
def test_a_model_of_the_keras_flavour_is_loaded(networks: dict[str, Any]) -> None:
    import mlflow.keras

    register(
        "keras flavour",
        "of keras",
        lambda name: mlflow.keras.log_model(
            networks["first"], name="model", registered_model_name=name, pip_requirements=[]
        ),
    )
    assert load_tensorflow_keras_classifier("of keras", 1).name == "first"


@pytest.mark.usefixtures("run")
def test_a_model_that_is_not_of_keras_is_refused_by_its_flavour() -> None:
    import mlflow.sklearn
    from sklearn.dummy import DummyClassifier

    register(
        "another flavour",
        "of sklearn",
        lambda name: mlflow.sklearn.log_model(
            DummyClassifier().fit([[0], [1]], [0, 1]),
            name="model",
            registered_model_name=name,
            pip_requirements=[],
        ),
    )
    with pytest.raises(ContractError, match=r"'of sklearn' is no Keras model .* sklearn"):
        load_tensorflow_keras_classifier("of sklearn", 1)


@pytest.mark.usefixtures("run")
def test_a_model_whose_weights_are_no_numbers_is_refused(
    networks: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    diverged = keras.models.clone_model(networks["first"])
    kernel, bias = networks["first"].get_weights()
    diverged.set_weights([kernel * np.inf, bias])
    monkeypatch.setattr("mlflow.tensorflow.load_model", lambda _uri, **_options: diverged)
    with pytest.raises(NonFiniteError, match="its training has diverged"):
        load_tensorflow_keras_classifier("net", 1)


@pytest.mark.parametrize("method", ["get_registered_model", "get_model_version_by_alias"])
@pytest.mark.usefixtures("run")
def test_an_error_of_the_store_is_not_taken_for_a_missing_model(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MlflowClient, method, fail)
    with pytest.raises(MlflowException, match="the store is down"):
        load_tensorflow_keras_classifier("net", "some alias")
