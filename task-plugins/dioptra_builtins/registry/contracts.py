# SPDX-License-Identifier: Apache-2.0
"""The contracts of registered models: made, kept in MLflow, and tried on images."""

from typing import TYPE_CHECKING, Any, Literal

from dioptra import pyplugs
from dioptra.contracts import KEY, ModelContract, format_interval
from dioptra.sdk.exceptions import ContractError
from dioptra_builtins._store import make_store
from dioptra_builtins.registry.mlflow import find_model_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras
    import numpy as np
    from art.estimators.classification import TensorFlowV2Classifier
    from numpy.typing import NDArray

# A model that guesses does better than that once in a hundred trials.
DOUBT = 0.01
CAUSES = (
    "the usual causes: its pixel interval is another one, its classes are in another order, or it "
    "was trained on other images"
)


@pyplugs.register(requires=("keras", "tensorflow"))
def make_model_contract(
    estimator: "keras.Model",
    class_names: "Sequence[str]",
    pixel_interval: tuple[float, float],
    image_size: tuple[int, int, int] | None = None,
    output: Literal["logits", "probabilities"] | None = None,
    loss: str | None = None,
    data_name: str = "",
    data_sha256: "Mapping[str, str] | None" = None,
) -> ModelContract:
    """Make the contract of a Keras classifier.

    What the model itself says is read from it: the size of its input, the number of its outputs,
    the loss that it was compiled with, and whether it gives probabilities, where it ends in a
    softmax or sigmoid, or logits, where its loss takes those. The rest must be given; nothing is
    guessed.

    Args:
        estimator: The model.
        class_names: The names of the classes, in the order of the model's outputs; of a single
            output, the second one is that which it stands for.
        pixel_interval: What a byte 0 and a byte 255 are in the model's input.
        image_size: Height and width in pixels, and channels, where the model does not say them.
        output: What the model gives, where it does not say it.
        loss: The name of its loss in Keras, where it was not compiled with one.
        data_name: The data set that it was trained on.
        data_sha256: The hashes of the folders of that data set, by the folder's name.

    Returns:
        The contract.

    Raises:
        ContractError: Something is neither said by the model nor given, or contradicts it.
    """
    from pydantic import ValidationError

    from dioptra.contracts import describe_faults
    from dioptra_builtins.registry._heads import read_facts

    facts = read_facts(estimator)
    given = {"image_size": image_size, "output": output, "loss": loss}
    known = {name: facts.get(name) for name in given}
    for name, value in given.items():
        if value is not None and known[name] is not None and value != known[name]:
            raise ContractError(
                f"the model {estimator.name!r} has the {name} {known[name]!r}, not {value!r}"
            )
        if value is None and known[name] is None:
            raise ContractError(
                f"the model {estimator.name!r} does not say its {name}, so it must be given"
            )
    try:
        return ModelContract.model_validate(
            {
                "class_names": tuple(class_names),
                "pixel_interval": pixel_interval,
                "outputs": facts.get("outputs", len(class_names)),
                "data_name": data_name,
                "data_sha256": dict(data_sha256 or {}),
                **{name: known[name] or value for name, value in given.items()},
            }
        )
    except ValidationError as error:
        raise ContractError(
            f"the contract of the model {estimator.name!r} {describe_faults(error)}"
        ) from None


@pyplugs.register(requires=("mlflow",))
def set_model_contract(name: str, version: int | str, contract: ModelContract) -> None:
    """Add a contract to a registered model, in the place of the one that it may have.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias of a version, or ``"latest"``.
        contract: The contract. It is kept as a tag of the version.

    Raises:
        ModelNotFoundError: There is no such model, version or alias.
    """
    from mlflow.tracking import MlflowClient

    number = find_model_version(name, version)
    MlflowClient().set_model_version_tag(name, number, KEY, contract.to_json())


@pyplugs.register(requires=("mlflow",))
def get_model_contract(name: str, version: int | str) -> ModelContract:
    """Get the contract of a registered model.

    Args:
        name: The model's name in the registry.
        version: Its version, an alias of a version, or ``"latest"``.

    Returns:
        The one that was added to the version, or else the one that it was logged with.

    Raises:
        ModelNotFoundError: There is no such model, version or alias.
        ContractError: It has none, or one that cannot be read.
    """
    import json

    from mlflow.models import get_model_info
    from mlflow.tracking import MlflowClient

    number = find_model_version(name, version)
    model = f"the registered model {name!r}, version {number},"
    text = MlflowClient().get_model_version(name, number).tags.get(KEY)
    if text is None:
        kept = (get_model_info(f"models:/{name}/{number}").metadata or {}).get(KEY)
        text = None if kept is None else json.dumps(kept)
    if text is None:
        raise ContractError(
            f"{model} has no contract, so nothing says what its pixels and classes are; add it "
            f"with: dioptra models describe {name!r} {number} --pixels 0..1 --classes-from FOLDER "
            "(its pixel interval, and a folder with its classes)"
        )
    return ModelContract.from_json(text, model)


@pyplugs.register(requires=("mlflow",))
def list_model_versions() -> list[tuple[str, str]]:
    """List the versions of all registered models.

    Returns:
        Names and numbers of the versions, sorted by name and then by number.
    """
    from mlflow.tracking import MlflowClient

    make_store()
    found = MlflowClient().search_model_versions()
    numbers = sorted((version.name, int(version.version)) for version in found)
    return [(name, str(number)) for name, number in numbers]


@pyplugs.register(requires=("art", "scipy"))
def try_classifier(
    keras_classifier: "TensorFlowV2Classifier",
    images: "NDArray[np.float32]",
    labels: "NDArray[np.int64]",
) -> dict[str, Any]:
    """Try on images whether a classifier is what its contract says.

    Args:
        keras_classifier: The wrapped classifier.
        images: Images that it should know, float32 [n, height, width, channels], n at least 1.
        labels: Their classes, int64 [n], as places among the classifier's classes.

    Returns:
        ``n``; ``accuracy``, ``chance`` and ``zero_gradient_share``, shares in [0, 1]; and
        ``warnings``, a list of sentences, empty where nothing is suspicious.

    Raises:
        ContractError: The images are of another size, or outside the pixel interval.
        NonFiniteError: An output or a gradient is NaN or infinite.
    """
    import numpy as np
    from scipy.stats import binomtest

    low, high = (float(end) for end in keras_classifier.clip_values)
    least, most = float(images.min()), float(images.max())
    if least < low or most > high:
        raise ContractError(
            f"the images go from {least:g} to {most:g}, outside the model's pixel interval "
            f"{format_interval((low, high))}"
        )
    classes = keras_classifier.nb_classes
    predicted = keras_classifier.predict(images).argmax(axis=1)
    gradient = np.concatenate(
        [
            keras_classifier.loss_gradient(images[place], np.eye(classes)[labels[place]])
            for place in np.array_split(np.arange(len(images)), -(-len(images) // 128))
        ]
    )
    n, correct = len(images), int((predicted == labels).sum())
    zero = float((gradient == 0).all(axis=(1, 2, 3)).mean())
    warnings = []
    if binomtest(correct, n, 1 / classes, alternative="greater").pvalue > DOUBT:
        warnings.append(
            f"it classifies {correct} of {n} images correctly, which guessing does too "
            f"({1 / classes:.1%}); {CAUSES}"
        )
    if zero > 1 / 2:
        warnings.append(
            f"the gradient of its loss is zero for {zero:.1%} of the images; attacks that follow "
            "it leave them as they are"
        )
    return {
        "n": n,
        "accuracy": correct / n,
        "chance": 1 / classes,
        "zero_gradient_share": zero,
        "warnings": warnings,
    }
