# SPDX-License-Identifier: Apache-2.0
"""How Keras models are loaded, and what it means where that fails."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dioptra.sdk.exceptions import DioptraError, ModelFileError, UntrustedModelError

# Keras's own words over a class or function that it does not know.
UNKNOWN = "Could not locate"
OWN = re.compile(rf"{UNKNOWN} ((?:class|function) '[^']+')")


@contextmanager
def loading(what: str) -> Iterator[None]:
    """Name the model of whatever goes wrong while it is loaded.

    Args:
        what: What a message calls it.

    Raises:
        UntrustedModelError: It holds code, which Keras has not run.
        ModelFileError: It is damaged, or needs something that is not there.
    """
    try:
        with warnings.catch_warnings():
            # Nobody goes on training it.
            warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
            yield
    except DioptraError:
        raise
    except Exception as error:
        # Keras raises errors of all kinds over a damaged file.
        said = " ".join(str(error).split())
        if "safe_mode" in said or "unsafe_deserialization" in said:
            raise UntrustedModelError(what, "a function of its maker, in a Lambda layer") from error
        unknown = OWN.search(said)
        if unknown:
            raise ModelFileError(
                f"{what} needs {unknown[1]}, which is none of Keras's own; build the model of "
                "layers and functions that Keras has"
            ) from error
        raise ModelFileError(
            f"{what} cannot be read as a Keras model: {type(error).__name__}: {said[:200]}"
        ) from error


def open_flavor(uri: str, *, trust: bool = False) -> Any:
    """Load a model of MLflow by the flavor that has kept it.

    Args:
        uri: Its URI, or its folder.
        trust: Let the code that it holds run.

    Returns:
        What the flavor gives; None where it is none that keeps Keras models.
    """
    import mlflow.keras
    import mlflow.tensorflow
    from mlflow.models import get_model_info

    options = {"safe_mode": False} if trust else {}
    flavors = get_model_info(uri).flavors
    if "tensorflow" in flavors:
        return mlflow.tensorflow.load_model(uri, keras_model_kwargs=options)
    if "keras" in flavors:
        return mlflow.keras.load_model(uri, load_model_kwargs=options)
    return None
