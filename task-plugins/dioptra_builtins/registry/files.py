# SPDX-License-Identifier: Apache-2.0
"""Keras models from outside of the registry: files, and models that MLflow keeps elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dioptra import pyplugs
from dioptra.sdk.exceptions import ModelFileError, ModelNotFoundError, UntrustedModelError
from dioptra_builtins._finite import check_weights
from dioptra_builtins.registry._keras_loading import UNKNOWN, loading, open_flavor

if TYPE_CHECKING:
    import keras

SUFFIXES = (".h5", ".hdf5", ".keras")
SCHEMES = ("models:/", "runs:/", "mlflow-artifacts:/")
# What MLflow unpickles, and so runs, when it loads a model.
PICKLES = "*.cloudpickle"


@pyplugs.register(requires=("keras", "mlflow", "tensorflow"))
def read_keras_model(source: str, trust: bool = False) -> "keras.Model":
    """Read a Keras model from a file, or from where MLflow keeps it.

    Args:
        source: A ``.keras``, ``.h5`` or ``.hdf5`` file, or an MLflow URI: ``models:/NAME/VERSION``,
            ``runs:/RUN_ID/NAME``.
        trust: Also read a model that holds code, in a Lambda layer or pickled. The code runs with
            the rights of this process, now and whenever the model is loaded.

    Returns:
        The model, compiled as it was when it was saved. Where its loss cannot be found, as it is
        one of its maker's own, it is not compiled.

    Raises:
        ModelFileError: There is no such file, or it holds no Keras model.
        ModelNotFoundError: MLflow knows no such model.
        UntrustedModelError: It holds code, and ``trust`` is false. None of it has run.
        NonFiniteError: A weight is NaN or infinite.
    """
    is_uri = source.startswith(SCHEMES)
    model = _read_uri(source, trust) if is_uri else _read_file(Path(source), trust)
    check_weights(model)
    return model


def _read_file(path: Path, trust: bool) -> "keras.Model":
    import keras

    if path.is_dir():
        raise ModelFileError(
            f"{str(path)!r} is a folder; Keras 3 reads {', '.join(SUFFIXES)} files, and "
            "no SavedModel; save it with model.save('NAME.keras') where it was made"
        )
    if not path.is_file():
        raise ModelFileError(f"no such file: {str(path)!r}")
    if path.suffix not in SUFFIXES:
        raise ModelFileError(
            f"the name of {str(path)!r} does not end in {', '.join(SUFFIXES)}; these are the files "
            "that Keras reads"
        )
    with loading(repr(str(path))):
        try:
            found = keras.saving.load_model(path, safe_mode=not trust)
        except TypeError as error:
            if UNKNOWN not in str(error):
                raise
            # Where it is the loss that is unknown, the model is whole without it.
            found = keras.saving.load_model(path, safe_mode=not trust, compile=False)
    return _check_kind(found, repr(str(path)))


def _read_uri(uri: str, trust: bool) -> "keras.Model":
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    from dioptra_builtins._store import make_store

    make_store()
    try:
        folder = Path(download_artifacts(uri))
    except (MlflowException, OSError) as error:
        raise ModelNotFoundError(
            f"MLflow has no model {uri!r}: {' '.join(str(error).split())}; is MLFLOW_TRACKING_URI "
            "the store that keeps it?"
        ) from error
    pickles = sorted(str(path.relative_to(folder)) for path in folder.rglob(PICKLES))
    if pickles and not trust:
        raise UntrustedModelError(repr(uri), f"pickled objects ({pickles[0]})")
    with loading(repr(uri)):
        found = open_flavor(str(folder), trust=trust)
    return _check_kind(found, repr(uri))


def _check_kind(found: Any, what: str) -> "keras.Model":
    import keras

    if not isinstance(found, keras.Model):
        raise ModelFileError(f"{what} holds no Keras model, but a {type(found).__name__}")
    return found
