"""Two versions of a registered model, and one model that was not compiled, for each module."""

from typing import Any

import pytest

from dioptra.contracts import ModelContract


@pytest.fixture(autouse=True)
def art_is_there(art: None) -> None:
    """Tests may import ART as they like."""


@pytest.fixture(scope="module")
def networks(tensorflow: None) -> dict[str, Any]:  # noqa: ARG001 - it comes first
    """Networks over images [8, 8, 1] and 3 classes: the first two compiled, the third not."""
    import keras

    keras.utils.set_random_seed(3)

    def make(name: str) -> Any:
        layers = [keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")]
        return keras.Sequential([keras.Input((8, 8, 1)), *layers], name=name)

    models = {name: make(name) for name in ("first", "second", "raw")}
    for name in ("first", "second"):
        models[name].compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        # As training does; Keras warns of an optimizer that is loaded without its variables.
        models[name].optimizer.build(models[name].trainable_variables)
    return models


@pytest.fixture(scope="module")
def contract() -> ModelContract:
    """What the input and output of the first two networks mean."""
    return ModelContract(
        class_names=("a", "b", "c"),
        image_size=(8, 8, 1),
        pixel_interval=(0, 1),
        output="probabilities",
        outputs=3,
        loss="categorical_crossentropy",
    )


@pytest.fixture(scope="module")
def run_id(
    networks: dict[str, Any],
    contract: ModelContract,
    store_uri: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """A run that has logged the networks; ``net`` is registered twice, ``raw`` once."""
    import mlflow
    from mlflow.tracking import MlflowClient, fluent

    from dioptra_builtins.registry.mlflow import add_model_to_registry
    from dioptra_builtins.tracking.mlflow import log_tensorflow_keras_estimator

    folder = tmp_path_factory.mktemp("artifacts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", store_uri)
        patch.setattr(fluent, "_active_experiment_id", None)
        experiment = mlflow.create_experiment("networks", folder.as_uri())
        with mlflow.start_run(experiment_id=experiment) as run:
            for name, model in networks.items():
                log_tensorflow_keras_estimator(model, name, None if name == "raw" else contract)
            add_model_to_registry(run, "net", "first")
            add_model_to_registry(run, "net", "second")
            add_model_to_registry(run, "raw", "raw")
        client = MlflowClient()
        client.set_registered_model_alias("net", "champion", "1")
        client.create_registered_model("empty")
    return str(run.info.run_id)
