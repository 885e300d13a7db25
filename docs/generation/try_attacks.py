# SPDX-License-Identifier: Apache-2.0
"""Try every evasion attack of ART on a small Keras model: ``python -m generation.try_attacks``.

It writes the file from which the page of the guide is made. What is tried is the task that users
call, on 8 x 8 digits that come with scikit-learn, with so few steps that all take a few minutes:
the table tells what works and keeps its budget, not how strong an attack is.
"""

import json
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from art.estimators.classification import TensorFlowV2Classifier

FILE = Path(__file__).parents[1] / "source" / "user-guide" / "attacks-of-art.json"
SIZE = (8, 8, 1)
# The images that are attacked; the model is trained on all others.
IMAGES = 12
DARKEST = 16
SEED = 7
METRICS = {"inf": "l_inf_norm", "2": "l_2_norm", "1": "l_1_norm"}
# Below a tenth of a level: what rounding may do to a pixel that was not changed.
NOISE = 1e-4
# As far as is needed to mislead the model for some images.
EPS = {"inf": 0.15, "2": 0.8, "1": 4.0}
STEPS = {name: eps / 4 for name, eps in EPS.items()}
# The fewest steps that still change images. Where an attack has norms, each of them is tried.
TRIED: dict[str, dict[str, Any]] = {
    "AutoAttack": {},
    "AutoConjugateGradient": {"max_iter": 5, "nb_random_init": 2},
    "AutoProjectedGradientDescent": {"max_iter": 5, "nb_random_init": 2},
    "BasicIterativeMethod": {"max_iter": 6},
    "BoundaryAttack": {"max_iter": 20, "num_trial": 5, "sample_size": 5},
    "CarliniL0Method": {"max_iter": 5, "binary_search_steps": 1, "initial_const": 100.0},
    "CarliniL2Method": {"max_iter": 10, "binary_search_steps": 3, "initial_const": 10.0},
    "CarliniLInfMethod": {"max_iter": 10, "learning_rate": 0.3, "initial_const": 5.0},
    "DeepFool": {},
    "ElasticNet": {"max_iter": 20, "binary_search_steps": 3, "initial_const": 10.0},
    "FastGradientMethod": {},
    "HopSkipJump": {"max_iter": 2, "max_eval": 100, "init_eval": 10},
    "MomentumIterativeMethod": {"max_iter": 6},
    "NewtonFool": {"max_iter": 20},
    "PixelAttack": {"th": 4, "max_iter": 10},
    "ProjectedGradientDescent": {"max_iter": 6, "num_random_init": 2},
    "ProjectedGradientDescentNumpy": {"max_iter": 6, "num_random_init": 2},
    "ProjectedGradientDescentTensorFlowV2": {"max_iter": 6, "num_random_init": 2},
    "RescalingAutoConjugateGradient": {"max_iter": 5, "nb_random_init": 2},
    "SaliencyMapMethod": {"theta": 0.5},
    "ShadowAttack": {"nb_steps": 40, "batch_size": 4, "sigma": 0.1},
    "SignOPTAttack": {"max_iter": 1, "num_trial": 5, "k": 5, "query_limit": 500},
    "SimBA": {"max_iter": 200, "attack": "px", "epsilon": 0.3},
    "SpatialTransformation": {
        "max_translation": 15.0,
        "num_translations": 3,
        "max_rotation": 30.0,
        "num_rotations": 3,
    },
    "SquareAttack": {"max_iter": 30, "nb_restarts": 2},
    "ThresholdAttack": {"th": 40, "max_iter": 10},
    "VirtualAdversarialMethod": {"max_iter": 1, "finite_diff": 1e-3},
    "Wasserstein": {
        "max_iter": 3,
        "norm": "inf",
        "eps": 0.5,
        "eps_step": 0.1,
        "projected_sinkhorn_max_iter": 50,
    },
    "ZooAttack": {"max_iter": 30, "use_resize": False, "nb_parallel": 16, "learning_rate": 0.2},
}
LABELS = {"SaliencyMapMethod": "predicted"}


def main() -> None:
    """Try all attacks and write the file."""
    with tempfile.TemporaryDirectory() as folder:
        results = {"versions": _versions(), "images": IMAGES, "attacks": try_all(Path(folder))}
    FILE.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def try_all(folder: Path) -> list[dict[str, Any]]:
    """Try every attack of ART.

    Args:
        folder: Where to write images.

    Returns:
        What became of each, sorted by name.
    """
    from dioptra_builtins.attacks._methods import list_attacks

    classifier = make_classifier(folder / "clean")
    return [try_attack(name, classifier, folder) for name in sorted(list_attacks())]


def make_classifier(data_dir: Path) -> "TensorFlowV2Classifier":
    """Train a small model on 8 x 8 digits and write those that it has not seen.

    Args:
        data_dir: A new folder for the images.

    Returns:
        The classifier of ART, with a contract.
    """
    import keras
    import numpy as np
    from PIL import Image
    from sklearn.datasets import load_digits

    from dioptra.contracts import ModelContract
    from dioptra_builtins._quiet_art import quiet_art

    with quiet_art():
        from dioptra_builtins.registry._compiled_classifier import wrap_model

    digits = load_digits()
    pixels = np.rint(digits.images / DARKEST * 255).astype(np.uint8)
    for number in range(IMAGES):
        path = data_dir / str(digits.target[number]) / f"{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels[number]).save(path)
    keras.utils.set_random_seed(SEED)
    layers = [
        keras.layers.Flatten(),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input(SIZE), *layers], name="digits")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    images = pixels[IMAGES:, :, :, np.newaxis].astype(np.float32) * np.float32(1 / 255)
    model.fit(images, digits.target[IMAGES:], epochs=8, verbose=0)
    contract = ModelContract(
        class_names=tuple(map(str, range(10))),
        image_size=SIZE,
        pixel_interval=(0, 1),
        output="probabilities",
        outputs=10,
        loss="sparse_categorical_crossentropy",
    )
    return wrap_model(model, contract)


def try_attack(name: str, classifier: "TensorFlowV2Classifier", folder: Path) -> dict[str, Any]:
    """Try an attack, with each of its norms.

    Args:
        name: The name of its class.
        classifier: What :func:`make_classifier` gave.
        folder: The folder in which that has written ``clean``.

    Returns:
        The name, the ``status``, and the ``reason`` of ``"refused"`` or the ``runs`` of
        ``"works"``.
    """
    from dioptra.sdk.exceptions import ParameterError
    from dioptra_builtins.attacks._kinds import REFUSED
    from dioptra_builtins.attacks._methods import make_method

    if name in REFUSED:
        try:
            make_method(name, classifier, {})
        except ParameterError:
            return {"attack": name, "status": "refused", "reason": REFUSED[name]}
    runs = [_run(name, classifier, folder, own) for own in _choose_parameters(name)]
    return {"attack": name, "status": "works", "runs": runs}


def _choose_parameters(name: str) -> Iterator[dict[str, Any]]:
    import inspect

    from dioptra_builtins.attacks._kinds import NORMS_OF_EPS
    from dioptra_builtins.attacks._methods import list_attacks

    taken = inspect.signature(list_attacks()[name]).parameters
    norms = ["inf", "2", "1"] if "norm" in taken and "eps" in taken else []
    if name in NORMS_OF_EPS:
        norm = NORMS_OF_EPS[name]
        norms = [] if norm is None else [f"{norm:g}"]
    if name in ("AutoAttack", "SquareAttack"):
        norms.remove("1")
    for norm in norms:
        budget = {"norm": norm, "eps": EPS[norm], "eps_step": STEPS[norm]}
        yield {key: value for key, value in budget.items() if key in taken} | TRIED[name]
    if not norms:
        yield TRIED[name]


def _run(
    name: str, classifier: "TensorFlowV2Classifier", folder: Path, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    import numpy as np

    from dioptra_builtins.attacks.art import create_adversarial_dataset
    from dioptra_builtins.metrics.distance import get_distance_metric_list

    request = [{"name": key, "func": key} for key in METRICS.values()]
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 - ART draws from this one
    seen: list[pd.DataFrame] = []
    start = perf_counter()
    with tempfile.TemporaryDirectory(dir=folder) as target:
        table = create_adversarial_dataset(
            folder / "clean",
            target,
            classifier,
            SIZE,
            name,
            parameters,
            [*get_distance_metric_list(request), ("pixels", _count_pixels)],
            labels=LABELS.get(name, "true"),
            on_outcomes=seen.append,
        )
    seconds = perf_counter() - start
    largest = {norm: round(float(table[key].max()), 6) for norm, key in METRICS.items()}
    largest["0"] = float(table["pixels"].max())
    return {
        "parameters": dict(parameters),
        **_find_budget(name, parameters),
        "largest": largest,
        "changed": int((table[METRICS["inf"]] > 0).sum()),
        "correct_in_memory": int(seen[0]["correct_in_memory"].sum()),
        "correct": int(seen[0]["correct"].sum()),
        "stored": "8 bits" if table["image"][0].endswith(".png") else "without loss",
        "seconds": round(seconds, 1),
    }


def _find_budget(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    from dioptra_builtins.attacks._kinds import NORMS_OF_EPS

    if name == "PixelAttack":
        return {"norm": "0", "eps": parameters["th"]}
    if name == "ThresholdAttack":
        return {"norm": "inf", "eps": parameters["th"] / 255}
    if "eps" not in parameters:
        return {"norm": None, "eps": None}
    norm = NORMS_OF_EPS.get(name, parameters.get("norm"))
    return {"norm": None if norm is None else f"{float(norm):g}", "eps": parameters["eps"]}


def _count_pixels(clean: Any, stored: Any) -> Any:
    import numpy as np

    return (np.abs(stored - clean) > NOISE).any(axis=3).sum(axis=(1, 2)).astype(np.float64)


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    names = ("adversarial-robustness-toolbox", "keras", "tensorflow")
    return {name: version("tensorflow-cpu" if name == "tensorflow" else name) for name in names}


if __name__ == "__main__":
    sys.exit(main())
