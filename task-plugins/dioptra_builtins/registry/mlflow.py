# SPDX-License-Identifier: Apache-2.0
"""Models in MLflow's registry."""

import re
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra.sdk.exceptions import ContractError, ModelNotFoundError, ParameterError
from dioptra_builtins._store import make_store
from dioptra_builtins.registry._keras_loading import loading, open_flavor

QUOTES = re.compile("['\"]")
# The tag of a version whose code somebody has said to trust.
TRUSTED = "dioptra.trusted"

if TYPE_CHECKING:
    import keras
    import mlflow
    from mlflow.entities.model_registry import ModelVersion


@pyplugs.register(requires=("mlflow",))
def add_model_to_registry(
    active_run: "mlflow.ActiveRun", name: str, model_dir: str
) -> "ModelVersion | None":
    """Register a model that a run has logged.

    Args:
        active_run: The run that logged it.
        name: The model's name in the registry, made where there is none of that name; a blank name
            registers nothing.
        model_dir: The name of the model within the run.

    Returns:
        The new version, or None.

    Raises:
        ModelNotFoundError: The run has logged no model of that name.
    """
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    if not name.strip():
        return None
    client = MlflowClient()
    run = client.get_run(active_run.info.run_id)
    logged = client.search_logged_models(
        [run.info.experiment_id],
        filter_string=f"source_run_id = '{run.info.run_id}' AND name = {_quote(model_dir)}",
    )
    if not logged:
        raise ModelNotFoundError(f"run {run.info.run_id} has logged no model named {model_dir!r}")
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    newest = max(logged, key=lambda model: model.creation_timestamp)
    # The fluent call does the same, but writes to the standard error stream.
    version: ModelVersion = client.create_model_version(
        name, newest.model_uri, run_id=run.info.run_id, model_id=newest.model_id
    )
    return version


@pyplugs.register(requires=("mlflow",))
def check_model_name(name: str) -> None:
    """Check that a model can be registered under a name, before it is trained.

    Args:
        name: The name; a blank one registers nothing, and is fine.

    Raises:
        ParameterError: MLflow takes no such name.
    """
    from mlflow.exceptions import MlflowException
    from mlflow.utils.validation import _validate_model_name

    if not name.strip():
        return
    try:
        _validate_model_name(name)
    except MlflowException as error:
        raise ParameterError(
            f"a model cannot be registered as {name!r}: {error.message} Name it otherwise"
        ) from None


@pyplugs.register(requires=("mlflow",))
def find_model_version(name: str, version: int | str) -> str:
    """Find the number of a version of a registered model.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias of a version, or ``"latest"``.

    Returns:
        The number, as text.

    Raises:
        ModelNotFoundError: There is no such model, version or alias.
    """
    return str(_find_version(name, str(version)).version)


@pyplugs.register(requires=("mlflow",))
def trust_model(name: str, version: int | str) -> None:
    """Let the code that a registered model holds run whenever the model is loaded.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias of a version, or ``"latest"``.

    Raises:
        ModelNotFoundError: There is no such model, version or alias.
    """
    from mlflow.tracking import MlflowClient

    MlflowClient().set_model_version_tag(name, find_model_version(name, version), TRUSTED, "true")


@pyplugs.register(requires=("mlflow",))
def get_experiment_name(active_run: "mlflow.ActiveRun") -> str:
    """Look up the name of the experiment that a run belongs to.

    Args:
        active_run: The run.

    Returns:
        The experiment's name.
    """
    from mlflow.tracking import MlflowClient

    return str(MlflowClient().get_experiment(active_run.info.experiment_id).name)


@pyplugs.register(requires=("mlflow", "keras", "tensorflow"))
def load_tensorflow_keras_classifier(name: str, version: int | str) -> "keras.Model":
    """Load a registered Keras model, whichever of MLflow's flavours has kept it.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias of a version, or ``"latest"``.

    Returns:
        The model, compiled as it was when it was logged.

    Raises:
        ModelNotFoundError: There is no such model, version or alias; the message names those there
            are.
        ContractError: It is no Keras model.
        ModelFileError: It is damaged.
        UntrustedModelError: It holds code, and was not imported as one to trust.
        NonFiniteError: A weight is NaN or infinite.
    """
    from dioptra_builtins._finite import check_weights

    found = _find_version(name, str(version))
    trust = TRUSTED in found.tags
    model: keras.Model = _load_keras(f"models:/{name}/{found.version}", name, trust=trust)
    check_weights(model)
    return model


def _load_keras(uri: str, name: str, *, trust: bool) -> Any:
    import keras
    from mlflow.models import get_model_info

    with loading(f"the registered model {name!r}"):
        model = open_flavor(uri, trust=trust)
    if not isinstance(model, keras.Model):
        flavors = get_model_info(uri).flavors
        kept = ", ".join(flavor for flavor in flavors if flavor != "python_function")
        raise ContractError(
            f"the registered model {name!r} is no Keras model (its flavor is {kept or 'unknown'}); "
            "log it by mlflow.tensorflow or mlflow.keras"
        )
    return model


def _search_versions(client: Any, name: str) -> list[Any]:
    filter_string = f"name = {_quote(name)}"
    if "'" in name and '"' in name:
        # MLflow's filters take no name with both; in a pattern, a quote is any character.
        filter_string = f"name LIKE '{re.sub(QUOTES, '_', name)}'"
    return [found for found in client.search_model_versions(filter_string) if found.name == name]


def _find_version(name: str, version: str) -> Any:
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    make_store()
    client = MlflowClient()
    try:
        client.get_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        known = ", ".join(model.name for model in client.search_registered_models())
        raise ModelNotFoundError(
            f"no registered model named {name!r}; known: {known or 'none, so train one first'}"
        ) from None
    versions = _search_versions(client, name)
    by_number = {str(found.version): found for found in versions}
    if version in by_number:
        return by_number[version]
    if version == "latest" and versions:
        return max(versions, key=lambda found: int(found.version))
    try:
        return client.get_model_version_by_alias(name, version)
    except MlflowException as error:
        if error.error_code not in ("INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST"):
            raise
        known = ", ".join(sorted(by_number, key=int)) or "none"
        raise ModelNotFoundError(
            f"the registered model {name!r} has no version or alias {version!r}; versions: {known}"
        ) from None


def _quote(name: str) -> str:
    # MLflow's filters have no sign that takes away a quote's meaning.
    return f'"{name}"' if "'" in name else f"'{name}'"
